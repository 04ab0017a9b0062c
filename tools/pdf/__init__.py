"""The whole book as one PDF: its pages one behind another, printed by Chromium."""
