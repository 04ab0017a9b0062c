"""What a probe's verdict is worth, and what it means in words.

The lab in the browser tells it in the same words, so NumPy and the standard library must do here.
"""

from __future__ import annotations

RIGHT, PARTLY_RIGHT, WRONG, NEVER_ASKED = "right", "partly right", "wrong", "never asked"


def earned(verdict: dict, points: float) -> dict:
    """Return what a verdict of the oracle is worth, of so many points."""
    total = sum(category["weight"] for category in verdict["categories"])
    right = sum(c["weight"] for c in verdict["categories"] if c["is_right"])
    categories = []
    for category in verdict["categories"]:
        worth = round(points * category["weight"] / total, 6)
        categories.append(
            {
                "name": category["name"],
                "points": worth,
                "earned": worth if category["is_right"] else 0.0,
                "asked": category["asked"],
                "right": category["right"],
            }
        )
    return {
        "earned": points if right == total else min(points, round(points * right / total, 6)),
        "seconds": verdict["seconds"],
        "verdict": RIGHT if right == total else PARTLY_RIGHT if right else WRONG,
        "categories": categories,
        "failure": verdict["failure"],
    }


def explanation(name: str, record: dict) -> str:
    """Return what a probe's record means, in lines for people."""
    lines = [f"{name}: {record['verdict']}, {record['earned']:g} of {record['points']:g} points"]
    for category in record["categories"]:
        lines.append(
            f"    {category['earned']:g} of {category['points']:g}  {category['name']}: "
            f"{category['right']} of {category['asked']} right"
        )
    failure = record["failure"]
    if failure:
        where = f" ({failure['category']}, case {failure['case']})" if failure["category"] else ""
        lines.append(f"  {failure['kind']}{where}: {failure['message']}")
        for key in ("question", "expected", "got"):
            if failure[key] is not None:
                lines.append(f"    {key}: {failure[key]}")
        if failure["misconception"]:
            lines.append(f"  {failure['misconception']}")
    return "\n".join(lines)
