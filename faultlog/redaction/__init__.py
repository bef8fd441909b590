"""A bundle that can be shared: what names people, machines and secrets is replaced by tokens, the same everywhere.

Two passes. `finding` reads everything and notes **values**: by their shape, by what stands before them, and by what the
bundle says of itself. `replacing` puts the **token** of each in every place where it stands, however it is spelled
(`spellings`). `rewriting` does that inside archives; `proof` shows that no value is left and that the analysis says the
same. What the values were stands in a private map, `tokens`, that never travels with the bundle.
"""
