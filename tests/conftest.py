"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# A shared machine is now and then slow, which is no property of the code. In CI the examples are
# the same every time, so that a red run can be run again.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")
