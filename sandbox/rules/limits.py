"""Slack's limits, one name each."""

from typing import Final

BLOCKS_PER_MESSAGE: Final = 50
BLOCKS_PER_VIEW: Final = 100
TEXT: Final = 3_000
FIELDS: Final = 10
FIELD_TEXT: Final = 2_000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
ACTIONS_ELEMENTS: Final = 25
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
IDENTIFIER: Final = 255
ACCESSIBILITY_LABEL: Final = 75
OVERFLOW_OPTIONS: Final = 5
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
SELECT_OPTIONS: Final = 100
CHOICES: Final = 10
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
INPUT_LABEL: Final = 2_000
INPUT_LENGTH: Final = 3_000
URL: Final = 3_000
ALT_TEXT: Final = 2_000
VIEW_TITLE: Final = 24
PRIVATE_METADATA: Final = 3_000
VIEW_BYTES: Final = 250_000
VIEW_STACK: Final = 3
MESSAGE_TEXT: Final = 40_000
UPDATE_TEXT: Final = 4_000
TABLE_ROWS: Final = 100
TABLE_CELLS: Final = 20
TABLES_PER_MESSAGE: Final = 1
MARKDOWN_TEXT: Final = 12_000
CONTAINER_CHILDREN: Final = 10
METADATA_BYTES: Final = 16_000
SNIPPET_BYTES: Final = 1_000_000
FILE_BYTES: Final = 1_000_000_000

# Slack documents no limit on the text of all blocks together, and has one near 12,000 characters:
# public reports saw 9,597 accepted and 11,341 refused. The lowest refused figure is the safe one.
ALL_TEXT: Final = 11_340

TRIGGER_SECONDS: Final = 3.0
ACK_SECONDS: Final = 3.0
RESPONSE_URL_USES: Final = 5
RESPONSE_URL_SECONDS: Final = 30 * 60.0
SOCKETS: Final = 10
