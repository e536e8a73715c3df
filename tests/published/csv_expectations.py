"""What is expected of every published CSV file: how it is written, its rows, and which of them are refused."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[3] / "shared/fixtures/csv"


class Expected(NamedTuple):
    """`rows` of data, of which those in `refused` (their numbers and codes) are; the others are `created`.

    `mapping` says which column is what. These files hold no customers, so one of their columns plays the user id.
    """

    mapping: dict[str, str]
    rows: int
    refused: dict[int, str] = {}
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True

    @property
    def created(self) -> int:
        return self.rows - len(self.refused)


ABC = {"a": "external_id", "b": "name", "c": "attributes.c"}
FOO = {"foo": "external_id", "bar": "name", "baz": "attributes.baz"}

EXPECTED = {
    # A row with a cell more than there are columns, and one that ends before the second column.
    "csvkit/bad.csv": Expected(
        {"column_a": "external_id", "column_b": "name", "column_c": "attributes.c"},
        3,
        {2: "too_many_cells", 3: "no_key"},
    ),
    # NA, NULL and the like are texts; the cell of the user id is empty.
    "csvkit/blanks.csv": Expected({**ABC, "f": "attributes.f"}, 1, {2: "no_key"}),
    "csvkit/dummy_col_shuffled_ragged.csv": Expected({**ABC, "d": "attributes.d"}, 1),
    # Lines end with CR alone, and so does a line within quotes.
    "csvkit/mac_newlines.csv": Expected(ABC, 2),
    "csvkit/no_header_row.csv": Expected({"Column 1": "external_id", "Column 2": "name"}, 1, has_header=False),
    "csvkit/null_byte.csv": Expected(ABC, 1, {2: "nul"}),
    "csvkit/optional_quote_characters.csv": Expected(ABC, 1),
    "csvkit/sniff_limit.csv": Expected(ABC, 1, delimiter=";"),
    # Columns without a name, cells that are missing at the end, a row of empty cells.
    "csvkit/test_empty_columns.csv": Expected(
        {**ABC, "Column 5": "attributes.fifth"}, 3, {3: "no_key", 4: "empty_row"}
    ),
    # A cell too many that holds nothing is no fault; that the row is empty is one.
    "csvkit/test_empty_columns_long_row.csv": Expected(ABC, 1, {2: "empty_row"}),
    "csvkit/test_empty_columns_short_row.csv": Expected(ABC, 1, {2: "empty_row"}),
    "csvkit/test_extra_header.csv": Expected({**ABC, "d": "attributes.d"}, 1),
    # The name of the first column has several lines.
    "csvkit/test_header_newline.csv": Expected({"start end": "external_id", "b": "name"}, 1),
    "csvkit/test_latin1.csv": Expected(ABC, 2, encoding="cp1252"),
    "csvkit/test_locale.csv": Expected(ABC, 1),
    # Three blank lines stand above.
    "csvkit/test_skip_lines.csv": Expected(ABC, 1),
    "csvkit/test_utf16_big.csv": Expected(ABC, 2, encoding="utf-16-be"),
    "csvkit/test_utf16_little.csv": Expected(ABC, 2, encoding="utf-16-le"),
    "csvkit/test_utf8.csv": Expected(FOO, 2),
    "csvkit/test_utf8_bom.csv": Expected(FOO, 2),
    "csv-spectrum/csvs/comma_in_quotes.csv": Expected(
        {"zip": "external_id", "first": "first_name", "last": "last_name"}, 1
    ),
    "csv-spectrum/csvs/empty.csv": Expected(ABC, 2),
    "csv-spectrum/csvs/empty_crlf.csv": Expected(ABC, 2),
    "csv-spectrum/csvs/escaped_quotes.csv": Expected({"a": "external_id", "b": "name"}, 2),
    "csv-spectrum/csvs/json.csv": Expected({"key": "external_id", "val": "attributes.val"}, 1),
    "csv-spectrum/csvs/location_coordinates.csv": Expected(
        {"Contact Phone Number": "external_id", "Location Coordinates": "attributes.place"}, 1
    ),
    "csv-spectrum/csvs/newlines.csv": Expected(ABC, 3),
    "csv-spectrum/csvs/newlines_crlf.csv": Expected(ABC, 3),
    "csv-spectrum/csvs/quotes_and_newlines.csv": Expected({"a": "external_id", "b": "attributes.b"}, 2),
    "csv-spectrum/csvs/simple.csv": Expected(ABC, 1),
    "csv-spectrum/csvs/simple_crlf.csv": Expected(ABC, 1),
    "csv-spectrum/csvs/utf8.csv": Expected(ABC, 2),
}
# Files that are no CSV, and with which code they are refused.
REFUSED = {"csvkit/empty.csv": "empty"}
# Of csv-spectrum, what the JSON beside a file says otherwise than the file.
MISTAKES = {"location_coordinates": {"Contact Phone Number": "2095257564"}}
