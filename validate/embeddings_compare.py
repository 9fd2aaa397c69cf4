#!/usr/bin/env python3
"""Sentence embeddings against ONNX Runtime and the reference tokenizer, and what they add to a classifier of real posts.

    validate/embeddings_compare.py EXAMPLES TOKENIZER FOLDER… [--only NAME,…]

EXAMPLES is the folder of the release examples of `text`, built with the feature `onnx`; TOKENIZER the `tokenizer.json` that belongs to the encoders in the folders.
Exit code 1 when tokens differ, a cosine is not above .9999, or a number is more than 1e-4 away. Macro-F1 is reported, not judged.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
from sklearn.metrics import f1_score
from tokenizers import Tokenizer

SHARED = Path(os.environ.get("MARSAD_SHARED") or Path(__file__).resolve().parent.parent.parent / "shared") / "data/stance"
# Invented. Names and links are replaced before tokens are made, so there are none here.
TEXTS = [
    "",
    " ",
    "the lamp stood by the window",
    "Reeds grow along the LAKE; nobody cuts them!",
    "naïve café, Straße, İstanbul, Ærø — “quoted” … 1,234.5 %",
    "القصب ينمو على ضفة البحيرة، ولا أحد يقطعه.",
    "الماءُ هادِئٌ اليومَ ـــ والقصبُ أخضرُ",
    "🌾🌾 the reeds 👩‍🌾 are high 🇪🇺 ❤️",
    "नदी शांत है और नाव धीरे चलती है",
    "河は静かで、葦は高い。水很平静",
    "a\u200bb\u00adc\ufeff d\u00a0e\u3000f",
    "line one\nline two\tand a tab",
    "[CLS] marks in a text [SEP] [MASK] [UNK]",
    "x" * 300,
    "e\u0301" * 40 + " combining",
    "the reed and the river " * 400,
    "القصب والنهر " * 400,
    "!?.,;:-–—()[]{}<>/\\|\"'`~^*_+=#$%&",
]


def ours(examples: Path, folder: Path, texts: list[str]) -> tuple[dict, list[list[int]], np.ndarray]:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("".join(text.replace("\n", "\\n") + "\n" for text in texts))
        file.flush()
        out = subprocess.run([str(examples / "embed"), str(folder), file.name], check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in out]
    return rows[0], [row["tokens"] for row in rows[1:]], np.array([row["vector"] for row in rows[1:]])


def theirs(session: onnxruntime.InferenceSession, tokens: list[int]) -> np.ndarray:
    """Mean of the vectors of all tokens, scaled to length 1."""
    given = {"input_ids": tokens, "attention_mask": [1] * len(tokens), "token_type_ids": [0] * len(tokens)}
    feed = {own.name: np.array([given[own.name]], dtype=np.int64) for own in session.get_inputs()}
    named = [own.name for own in session.get_outputs() if own.type == "tensor(float)" and len(own.shape) == 3]
    states = session.run(named[:1], feed)[0][0].astype(np.float64)
    mean = states.mean(0)
    return mean / np.linalg.norm(mean)


def compare(examples: Path, reference: Tokenizer, folder: Path) -> bool:
    model, tokens, vectors = ours(examples, folder, TEXTS)
    reference.no_padding()
    reference.enable_truncation(model["most"])
    wanted = [reference.encode(" ".join(text.split())).ids for text in TEXTS]
    differ = sum(a != b for a, b in zip(tokens, wanted))
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    peers = np.array([theirs(session, row) for row in wanted])
    cosine = (vectors * peers).sum(1) / np.linalg.norm(vectors, axis=1)
    far = np.abs(vectors - peers).max()
    held = differ == 0 and cosine.min() > 0.9999 and far <= 1e-4
    again = ours(examples, folder, TEXTS)[2]
    same = bool((again == vectors).all())
    print(
        f"{folder.name}: {len(TEXTS)} texts, tokens of {differ} differ from tokenizers', least cosine with ONNX Runtime {cosine.min():.7f}, "
        f"largest difference {far:.1e}{'' if held else '  MISSED'}; {'the same again' if same else 'not the same again  MISSED'}"
    )
    return held and same


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def split(path: Path) -> tuple[list[str], list[str], list[str], list[str]]:
    parts = {part: (lines(path / f"{part}_text.txt"), lines(path / f"{part}_labels.txt")) for part in ("train", "val", "test")}
    train = [parts["train"][at] + parts["val"][at] for at in (0, 1)]
    return train[0], train[1], *parts["test"]


def macro(examples: Path, posts, size: int, folder: Path | None) -> tuple[float, dict]:
    random = np.random.default_rng(size)
    kept = np.sort(random.permutation(len(posts[0]))[:size])
    with tempfile.TemporaryDirectory() as place:
        for name, texts, labels in (("train", [posts[0][at] for at in kept], [posts[1][at] for at in kept]), ("test", posts[2], posts[3])):
            text = "".join(f"{label}\t{' '.join(text.split())}\n" for text, label in zip(texts, labels))
            (Path(place) / name).write_text(text, encoding="utf-8")
        command = [str(examples / "classify"), f"{place}/train", f"{place}/test", "balanced", "bcts", *([str(folder)] if folder else [])]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in out[1:] if line.startswith("test\t")]
    return f1_score([row[1] for row in rows], [row[2] for row in rows], average="macro"), json.loads(out[0])


def helps(examples: Path, folders: list[Path], only: list[str]) -> None:
    sets = {
        "english sentiment": SHARED / "umsab_sentiment_8lang/english",
        "english stance (climate)": SHARED / "semeval2016_tweeteval/climate",
        "arabic sentiment": SHARED / "umsab_sentiment_8lang/arabic",
    }
    for name, path in sets.items():
        if only and not any(word in name for word in only):
            continue
        posts = split(path)
        for size in sorted({300, len(posts[0])} if len(posts[0]) > 300 else {len(posts[0])}):
            without, _ = macro(examples, posts, size, None)
            said = []
            for folder in folders:
                start = time.monotonic()
                found, cost = macro(examples, posts, size, folder)
                each = 1000 * cost["embedding_seconds"] / len(posts[2])
                said.append(f"{folder.name} {found:.4f} ({found - without:+.4f}; {each:.1f} CPU ms a text; {time.monotonic() - start:.0f} s)")
            print(f"{name}, {size} coded posts: macro-F1 on {len(posts[2])} others {without:.4f} by words, with embeddings {', '.join(said)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    held = [compare(given.examples, Tokenizer.from_file(str(given.tokenizer)), folder) for folder in given.folders]
    # The folders hold one encoder.
    helps(given.examples, given.folders[:1], [word for word in given.only.split(",") if word])
    print("all bars held" if all(held) else "a bar was missed")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
