"""The machine that grades. It knows how to grade, and nothing of any one algorithm."""
