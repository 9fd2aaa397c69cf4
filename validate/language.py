"""The step `language`: the identifier on text that it was neither trained nor tuned on. Minimum figures are enforced."""

import subprocess
from collections import Counter, defaultdict

from common import CACHE, ROOT, SHARED, TARGET, Failed, Step
from udhr import Unreachable, paragraphs, same

BARS = {"Universal Declaration": 0.985, "sentences": 0.97}
ARABIC = ["ar", "fa", "ur", "ckb", "ps"]
# Files of posts in eight languages, by the name of their folder.
POSTS = {"arabic": "ar", "english": "en", "french": "fr", "german": "de", "hindi": "hi", "italian": "it", "portuguese": "pt", "spanish": "es"}
PAGE = ROOT / "docs/validation/language.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def identify(texts: list[str]) -> list[str]:
    """The answers of the release build of `crates/text/examples/language.rs`, one a text."""
    lines = "".join(" ".join(text.split()) + "\n" for text in texts)
    command = [str(TARGET / "release/examples/language")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", timeout=600)
    answers = [line.split("\t")[0] for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(answers) != len(texts):
        raise Failed(f"`{command[0]}` ended with {done.returncode} and gave {len(answers)} answers for {len(texts)} texts")
    return answers


def mean(shares: dict[str, float]) -> float:
    return sum(shares.values()) / len(shares)


def by_language(rows: list[tuple[str, str]], answers: list[str]) -> dict[str, float]:
    """Share of each language's texts that are answered with it."""
    right, of = Counter(), Counter()
    for (language, _), answer in zip(rows, answers):
        of[language] += 1
        right[language] += same(answer) == same(language)
    return {language: right[language] / of[language] for language in sorted(of)}


def scores(rows: list[tuple[str, str]], answers: list[str]) -> list[str]:
    """Table rows: n, recall, precision and the most frequent wrong answers of every language."""
    wrong, given, right, of = defaultdict(Counter), Counter(), Counter(), Counter()
    for (language, _), answer in zip(rows, answers):
        language, answer = same(language), same(answer)
        of[language] += 1
        given[answer] += 1
        right[language] += language == answer
        if language != answer:
            wrong[language][answer] += 1
    found = []
    for language in sorted(of):
        precision = f"{right[language] / given[language]:.3f}" if given[language] else "–"
        mistaken = ", ".join(f"{answer} {count}" for answer, count in wrong[language].most_common(3))
        found.append(f"| {language} | {of[language]} | {right[language] / of[language]:.3f} | {precision} | {mistaken} |\n")
    return ["| language | n | recall | precision | mistaken for |\n|---|---|---|---|---|\n", *found]


def confusion(rows: list[tuple[str, str]], answers: list[str]) -> list[str]:
    """Table rows: answers by language for the five in Arabic script."""
    counts = Counter((language, answer) for (language, _), answer in zip(rows, answers) if language in ARABIC)
    others = sorted({answer for _, answer in counts} - set(ARABIC))
    head = [*ARABIC, *others]
    lines = ["| text in | " + " | ".join(head) + " |\n", "|---" * (len(head) + 1) + "|\n"]
    for language in ARABIC:
        if any(key[0] == language for key in counts):
            lines.append(f"| {language} | " + " | ".join(str(counts[language, answer]) for answer in head) + " |\n")
    return lines


def lingua_rows(kind: str, served: set[str]) -> list[tuple[str, str]]:
    """Lines of lingua's test files of one kind, in served languages."""
    rows = []
    for folder in sorted((SHARED / "data/langid/lingua_testdata").iterdir()):
        path = folder / f"{kind}.txt"
        if folder.name in served and path.is_file():
            rows += [(folder.name, line.strip()) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return rows


def posts_rows() -> list[tuple[str, str]]:
    """Posts of the sentiment sets in eight languages."""
    rows = []
    for name, language in POSTS.items():
        for path in sorted((SHARED / "data/stance/umsab_sentiment_8lang" / name).glob("*text*")):
            rows += [(language, line.strip()) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return rows


def write_page(sections: list[str]) -> bool:
    """Puts the tables between the marks of the page; whether the page already said this."""
    before = PAGE.read_text("utf-8")
    head, rest = before.split(BEGIN)
    after = head + BEGIN + "".join(sections) + END + rest.split(END)[1]
    PAGE.write_text(after, "utf-8")
    return before == after


def language(update: bool) -> Step:
    """Every set that is there, its figures, and the bars; with `update` the tables of docs/validation/language.md are written anew."""
    step = Step("language", "languages of text that the model has not seen")
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "text", "--examples"], cwd=ROOT, check=True)
    served = set(subprocess.run([str(TARGET / "release/examples/language"), "--languages"], check=True, capture_output=True, text=True).stdout.split())
    sections, arabic_rows, arabic_answers = [], [], []

    def measure(title: str, rows: list[tuple[str, str]], bar: float | None, over: str) -> None:
        answers = identify([text for _, text in rows])
        shares = by_language(rows, answers)
        plain = sum(same(answer) == same(language) for (language, _), answer in zip(rows, answers)) / len(rows)
        value = mean(shares) if over == "languages" else plain
        undetermined = answers.count("und") / len(rows)
        line = f"{title}: {len(rows):,} texts in {len(shares)} languages, {plain:.4f} of texts right, mean over languages {mean(shares):.4f}, `und` {undetermined:.3f}"
        step.figure(line + (f" (bar {bar} over {over})" if bar else ""))
        step.expect(bar is None or value >= bar, f"{title}: {value:.4f} is below {bar}")
        sections.append(f"\n## {title}\n\n{line}.\n\n" + "".join(scores(rows, answers)))
        arabic_rows.extend(rows)
        arabic_answers.extend(answers)

    try:
        measure("Universal Declaration", paragraphs(CACHE / "udhr"), BARS["Universal Declaration"], "texts")
    except Unreachable as why:
        step.figure(f"Universal Declaration: left out, since {why}")
    for title, kind in (("sentences", "sentences"), ("word pairs", "word-pairs"), ("single words", "single-words")):
        rows = lingua_rows(kind, served)
        if rows:
            measure(title, rows, BARS.get(title), "languages")
    rows = posts_rows()
    if rows:
        measure("posts", rows, None, "languages")
    step.expect(bool(sections), "there was nothing to measure on")
    sections.append("\n## Arabic script\n\nAnswers by language, all sets together.\n\n" + "".join(confusion(arabic_rows, arabic_answers)))
    if update:
        write_page(sections)
    return step
