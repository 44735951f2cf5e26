"""What the labels mean: label scheme, spans, gold files, inline markup, converters, agreement."""
