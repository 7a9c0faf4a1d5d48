"""docs/differences-with-erlang.md and the tests that hold it: each sentence names a test that there is,
and each such test is named. Prints TAP.

check-differences.py ROOT
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs/differences-with-erlang.md").read_text()
here = root / "test/semantics"
tests = set(re.findall(r"^TEST\((\w+)", (here / "test-differences.c").read_text(), re.M))
tests |= set(re.findall(r"^\{(\w+),", (here / "differences.scn").read_text(), re.M))
tests.add("words_that_are_not_there")


def unheld_sentences():
    for item in re.findall(r"^- (.*?)(?=\n- |\n\n|\Z)", page, re.M | re.S):
        if not re.search(r"\[\w+\]$", item.strip()):
            yield item


def words_that_are_there():
    text = re.search(r"^## Not there(.*)", page, re.M | re.S).group(1)
    words = re.findall(r"`(\w+)`", text)
    headers = "".join(path.read_text() for path in root.glob("sdk/include/joist/*.h"))
    return [word for word in words if re.search(rf"\bjoist_\w*{word}", headers)]


named = set(re.findall(r"\[(\w+)\]", page))
cases = {
    "every sentence names a test": list(unheld_sentences()),
    "every test that is named is there": sorted(named - tests),
    "every test is named": sorted(tests - named),
    "words that are not there": words_that_are_there(),
}
for number, (name, wrong) in enumerate(cases.items(), 1):
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for item in wrong:
        print(f"# {item}")
print(f"1..{len(cases)}")
sys.exit(any(cases.values()))
