"""How much a form, its definition and its data may hold; beyond it the answer is a refusal, never a slow page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`*_characters` count Unicode code points. `rows_total` counts the rows of all lists of one form together, `shown_options` the options of all
    fields of one page, `files` those of one field, `record_options` what a register offers at once, `run_seconds` bounds the rules of all rows
    together (each single expression has the limits of engine.feel). An image of more than `preview_bytes` is only a link."""

    text_characters: int = 100_000
    rows: int = 1_000
    rows_total: int = 5_000
    options: int = 5_000
    shown_options: int = 50_000
    posted_values: int = 50_000
    posted_name_characters: int = 400
    number_digits: int = 34
    pattern_characters: int = 1_000
    pattern_seconds: float = 0.3
    pattern_seconds_total: float = 0.6
    run_seconds: float = 2.0
    definition_bytes: int = 2_000_000
    components: int = 2_000
    nesting: int = 12
    reported_problems: int = 200
    file_bytes: int = 50_000_000
    files: int = 20
    record_options: int = 50
    image_characters: int = 700_000
    preview_bytes: int = 5_000_000


LIMITS = Limits()
