"""The machine that grades. It knows how to grade, and nothing of any one algorithm."""

import sys

# jsonschema checks addresses with this package where it is installed. Importing it compiles a
# grammar, which takes longer than all the rest of a `course` command; no notebook holds addresses.
sys.modules.setdefault("rfc3987_syntax", None)
