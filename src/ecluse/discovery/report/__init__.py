"""The report that a CISO hands on: one page or one PDF of figures, without a name in it."""
