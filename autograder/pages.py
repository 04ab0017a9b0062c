"""The pages that instructors get: the feedback page's style, escaping and rules, other contents."""

from __future__ import annotations

from functools import cache

import jinja2

from autograder.feedback import harmless
from autograder.feedback.score import points


@cache
def template(package: str, name: str) -> jinja2.Template:
    """Return a template of a package, which may include the feedback page's own files."""
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package), jinja2.PackageLoader("autograder.feedback")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless.plain(value) if type(value) is str else value,
    )
    environment.filters["points"] = points
    return environment.get_template(name)
