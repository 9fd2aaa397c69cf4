"""The step `stance`: the classifier beside scikit-learn's and shares from it beside QuaPy's, on real posts with codes."""

import os
import subprocess
from pathlib import Path

from common import CACHE, ROOT, SHARED, TARGET, Step, environment

PACKAGES = ["quapy==0.2.3", "scikit-learn==1.9.1"]


def stance() -> Step:
    """Everything that `stance_compare.py` holds to a bar."""
    step = Step("stance", "posts with codes: macro-F1 beside scikit-learn, shares and their intervals beside QuaPy")
    examples = ["--example", "classify", "--example", "prevalence"]
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "text", "-p", "stats", *examples], cwd=ROOT, check=True)
    script = Path(__file__).resolve().parent / "stance_compare.py"
    command = [str(environment(CACHE / "venv-stance", PACKAGES)), str(script), str(TARGET / "release/examples")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=14_400, env={**os.environ, "MARSAD_SHARED": str(SHARED)})
    step.expect(done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        step.figure(line)
    return step
