#!/usr/bin/env python3
"""Checks a file of Prometheus rules, as far as that goes without promtool: its form, its expressions' brackets, its times."""

import re
import sys

import yaml

DURATION = re.compile(r"^(\d+(ms|[smhdwy]))+$")
PAIRS = {")": "(", "]": "[", "}": "{"}


def wrong_expression(text):
    open_ones = []
    for c in re.sub(r'"[^"]*"', '""', text):
        if c in PAIRS.values():
            open_ones.append(c)
        elif c in PAIRS and (not open_ones or open_ones.pop() != PAIRS[c]):
            return f"a {c} too many"
    if open_ones:
        return f"{open_ones[-1]} is not closed"
    return "" if re.search(r"[<>=]=?", re.sub(r"{[^}]*}", "", text)) else "it compares nothing"


def offences(rules):
    names = set()
    for group in rules["groups"]:
        for rule in group["rules"]:
            name = rule.get("alert", "?")
            if unknown := set(rule) - {"alert", "expr", "for", "labels", "annotations"}:
                yield f"{name}: no such field: {', '.join(sorted(unknown))}"
            if name in names:
                yield f"{name}: twice"
            names.add(name)
            if wrong := wrong_expression(rule["expr"]):
                yield f"{name}: {wrong}: {rule['expr']}"
            if "for" in rule and not DURATION.match(rule["for"]):
                yield f"{name}: for: {rule['for']}"
            if not rule["annotations"].get("summary") or "severity" not in rule["labels"]:
                yield f"{name}: no summary, or no severity"
    if len(names) < 5:
        yield f"only {len(names)} rules"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(offences(yaml.safe_load(file)))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
