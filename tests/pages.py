"""Executed notebooks of a few cells, for tests of pages."""


def notebook(*cells):
    """An executed notebook: texts are markdown, pairs are code and its outputs."""
    made = []
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            made.append({"cell_type": "markdown", "metadata": {}, "source": cell})
        else:
            source, outputs = cell
            made.append(
                {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs, "execution_count": i}
            )
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    return {"output_type": "display_data", "data": {k.replace("_", "/"): v for k, v in data.items()}, "metadata": {}}
