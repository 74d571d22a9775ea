"""What SYNOP1 does to a station's observations, for tests that want its table."""

from fidle_utils.datasets.synop import clean


def prepare(raw, max_missing=0.2):
    """Every step of SYNOP1 in a row: from what `read_synop` gives to the table that it saves."""
    table = clean.convert_units(clean.regular_grid(clean.merge_duplicates(raw)))
    table, _ = clean.recode_specials(table)
    table, _ = clean.remove_impossible(table)
    table = clean.drop_empty_columns(table, max_missing)
    return clean.add_flags(*clean.fill_short_gaps(clean.add_wind(table), 2))
