"""Encryption and signatures, held against other programs: Arrow for C++ reads the encrypted files with the key, and not without it or with another; a
library of cryptography checks the signature of a report; and what encryption costs. (DuckDB 1.5 encrypts Parquet in a way of its own.)"""

import json
import os
import resource
import subprocess
from pathlib import Path

from common import CACHE, POSTS, SHARED, TABLES, Folder, Marsad, Step, environment

PACKAGES = ["pyarrow==26.0.1", "cryptography==50.0.2"]

SCRIPT = r"""
import glob, json, sys
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyarrow.parquet.encryption import create_decryption_properties

study, report, key = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
found = {"counts": {}, "closed": 0, "files": 0}
for table in sys.argv[4].split(","):
    rows = seals = 0
    for file in glob.glob(f"{study}/lake/data/{table}/*.parquet"):
        # Every column is decrypted, and one is added up.
        whole = pq.ParquetFile(file, decryption_properties=create_decryption_properties(key)).read()
        rows += whole.num_rows
        seals += pc.sum(whole["seal"]).as_py() or 0
    found["counts"][table] = [rows, seals]
for file in glob.glob(f"{study}/**/*.parquet", recursive=True):
    found["files"] += 1
    for properties in (None, create_decryption_properties(bytes(32))):
        try:
            pq.ParquetFile(file, decryption_properties=properties).read()
            break
        except (OSError, ValueError):
            continue
    else:
        found["closed"] += 1
public = load_pem_public_key(open(f"{study}/signing.pem", "rb").read())
statement, signature = open(f"{report}/statement.json", "rb").read(), open(f"{report}/statement.sig", "rb").read()
public.verify(signature, statement)
try:
    public.verify(signature, statement + b" ")
    found["forged"] = True
except InvalidSignature:
    found["forged"] = False
print(json.dumps(found))
"""


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(step: Step, marsad: Marsad, *arguments: object) -> float:
    before = _cpu()
    run = marsad.run(*arguments)
    step.expect(run.code == 0, f"`{arguments[0]}` ended with {run.code}: {run.last_error}")
    return _cpu() - before


def keys(marsad: Marsad) -> Step:
    """An encrypted study of the Internet Research Agency sample, and the same in clear."""
    step = Step("keys", "Arrow for C++ reads an encrypted lake with its key, a library of cryptography checks a report's signature")
    listing = ["--designation", "QDe.115", "--designations", SHARED / "data/sanctions/UN_consolidated.xml"]
    with Folder("keys") as folder:
        os.environ["MARSAD_KEYS"] = str(folder / "keys")
        try:
            _both(step, marsad, folder, listing)
        finally:
            del os.environ["MARSAD_KEYS"]
    return step


def _both(step: Step, marsad: Marsad, folder: Path, listing: list) -> None:
    cost: dict[str, list[float]] = {"ingest": [], "describe": []}
    sizes = []
    for name, flags in (("clear", []), ("secret", ["--encrypt"])):
        study = folder / name
        run = marsad.run("init", study, "--name", "Validation", *listing, *flags)
        step.expect(run.code == 0, f"`init` ended with {run.code}: {run.last_error}")
        cost["ingest"].append(_timed(step, marsad, "ingest", study, POSTS / "ira/ira_sample.csv.gz"))
        cost["describe"].append(_timed(step, marsad, "describe", study))
        sizes.append(sum(file.stat().st_size for file in (study / "lake/data").rglob("*.parquet")))
    secret, report = folder / "secret", folder / "report"
    key = next((folder / "keys").glob("*.key")).read_text().strip()
    for arguments in (["key", "signing", secret], ["report", secret, "--out", report], ["verify", report, secret]):
        run = marsad.run(*arguments)
        step.expect(run.code == 0, f"`{arguments[0]}` ended with {run.code}: {run.last_error}")
    python = environment(CACHE / "venv-keys", PACKAGES)
    done = subprocess.run([str(python), "-c", SCRIPT, str(secret), str(report), key, ",".join(TABLES)], capture_output=True, text=True, timeout=900)
    step.expect(done.returncode == 0, f"the other programs ended with {done.returncode}: {done.stderr[-1500:]}")
    if done.returncode != 0:
        return
    found = json.loads(done.stdout)
    for table, (rows, seals) in found["counts"].items():
        ours = marsad.query(folder / "clear", f"SELECT count(*) AS n, coalesce(sum(seal), 0) AS s FROM {table}")[0]
        step.expect([rows, seals] == [ours["n"], ours["s"]], f"{table}: Arrow counts {rows} rows, the study in clear has {ours['n']}")
    step.expect(found["closed"] == found["files"] > 0, f"{found['files'] - found['closed']} of {found['files']} files open without the key")
    step.expect(not found["forged"], "the signature is not what it should be")
    rows = sum(rows for rows, _ in found["counts"].values())
    step.figure(f"{rows} rows in {len(found['counts'])} tables counted alike; {found['closed']} files closed without the key")
    for verb, (clear, secret_cost) in cost.items():
        step.figure(f"{verb}: {clear:.1f} CPU-s in clear, {secret_cost:.1f} encrypted (this build)")
    step.figure(f"files: {sizes[0] / 1e6:.1f} MB in clear, {sizes[1] / 1e6:.1f} MB encrypted")
