"""Which account or project a figure belongs to, by which measure: one scored choice for each question.

`reading` lays mentions out over sentences and clauses, `features` describes a figure and its candidates in words,
`choice` weighs those features with weights learned from the written corpus, `linker` takes the choices in text order.
"""
