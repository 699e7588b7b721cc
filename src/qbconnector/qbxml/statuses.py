"""The statuses of the language: every code with its severity and wire text, in one table.

`certainty` says how sure a text is: REAL captured from QuickBooks, DOC published, CODE compared by programs that
work against QuickBooks, MEMORY recollected and unverified, OWN our own words for a code whose text is not known.
Severities follow from the code. Two spaces after a full stop and a space at an end are the wire's own.
"""

from typing import NamedTuple

_NOT_IN_LIST = "Invalid argument.  The specified record does not exist in the list."
_NO_COLON = (
    "Names in this list cannot contain a colon.  "
    "The colon is a special character used to indicate a parent/child relationship."
)


class Status(NamedTuple):
    """A status: in the table with its facts as {fields} in the text, from `status` with the text complete."""

    code: int
    severity: str
    text: str
    certainty: str


def severity(code: int) -> str:
    """Info, Warn or Error, as the wire spells it."""
    return "Info" if code < 500 else "Warn" if code < 1000 else "Error"


def status(code: int, **facts: object) -> Status:
    """The status with its facts in the text.

    Facts that the table gives a usual value (`reason` of 3090, 3120, 3130, 3140) may be left out; raise KeyError
    for one that may not, and for an unknown code.
    """
    entry = STATUSES[code]
    return entry._replace(text=entry.text.format_map({**_USUAL.get(code, {}), **facts}))


_USUAL: dict[int, dict[str, str]] = {
    3090: {"reason": _NO_COLON},
    3120: {"reason": _NOT_IN_LIST},
    3130: {"reason": _NOT_IN_LIST},
    3140: {"reason": _NOT_IN_LIST},
}

_SAID = "  QuickBooks error message: {reason}"

_TABLE: tuple[tuple[int, str, str], ...] = (
    (0, "Status OK", "REAL"),
    (1, "A query request did not find a matching object in QuickBooks", "REAL"),
    (
        500,
        (
            "The query request has not been fully completed. "
            'There was a required element ("{value}") that could not be found in QuickBooks.'
        ),
        "REAL",
    ),
    (501, 'Unable to represent {object} "{value}" in this version of the qbXML spec.', "DOC"),
    (510, "Unable to return object.", "DOC"),
    (530, 'The field "{field}" is not supported by this implementation.', "DOC"),
    (531, 'The enum value "{value}" in the field "{field}" is not supported by this implementation.', "DOC"),
    (540, "The number of matching elements in query exceed the absolute upper limit (1000).", "DOC"),
    (
        550,
        "The {object} object was saved successfully, but its corresponding Notes record could not be saved.",
        "DOC",
    ),
    (560, "This field will not always be supported.", "DOC"),
    (570, 'Unable to link to transaction "{value}" because it has already been closed.', "DOC"),
    (1000, "There has been an internal error when processing the request.", "DOC"),
    (1010, "System not available.", "DOC"),
    (1030, "This request is not supported by this implementation.", "DOC"),
    (1060, 'The request ID "{value}" is invalid, possibly too long, max 50 chars.', "DOC"),
    (3000, 'The given object ID "{value}" in the field "{field}" is invalid. ', "REAL"),
    (
        3010,
        'There was an error when converting the boolean value "{value}" in the field "{field}".',
        "DOC",
    ),
    (3020, 'There was an error when converting the date value "{value}" in the field "{field}".', "DOC"),
    (3030, "Invalid date range: From date is greater than To date.", "DOC"),
    (3031, 'The "From" or "To" values in the provided {field} are invalid.', "DOC"),
    (3035, 'There was an error when converting the time interval "{value}" in the field "{field}".', "DOC"),
    (3040, 'There was an error when converting the amount "{value}" in the field "{field}".', "MEMORY"),
    (3045, 'There was an error when converting the price "{value}" in the field "{field}".', "CODE"),
    (3050, 'There was an error when converting the percent "{value}" in the field "{field}".', "MEMORY"),
    (3060, 'There was an error when converting the quantity "{value}" in the field "{field}".', "MEMORY"),
    (3065, 'There was an error when converting the GUID value "{value}" in the field "{field}".', "MEMORY"),
    (3070, 'The string "{value}" in the field "{field}" is too long.', "REAL"),
    (3080, 'The string "{value}" in the field "{field}" is invalid.', "MEMORY"),
    (3085, 'There was an error when converting the number "{value}" in the field "{field}".', "MEMORY"),
    (3090, 'There was an error when storing "{value}" in the "{field}" field.' + _SAID, "REAL"),
    (3100, 'The name "{name}" of the list element is already in use.', "REAL"),
    (3110, 'The value "{value}" of the field "{field}" cannot be used here.', "OWN"),
    (3120, 'Object "{id}" specified in the request cannot be found.' + _SAID, "REAL"),
    (3121, 'The owner ID "{id}" cannot be found.', "OWN"),
    (3130, 'There is an invalid reference to a parent "{parent}" in the {list} list.' + _SAID, "REAL"),
    (3140, 'There is an invalid reference to QuickBooks {kind} "{value}" in the {where}.' + _SAID, "REAL"),
    (3150, 'There is a missing element: "{element}".', "REAL"),
    (3151, 'The element "{element}" is not allowed in this request.', "OWN"),
    (3160, 'Cannot delete the object specified by the id = "{id}".', "MEMORY"),
    (3161, "The object is dated on or before the closing date and cannot be deleted.", "OWN"),
    (3162, "This is not possible in multi-user mode.", "OWN"),
    # `what` is: a data extension named "…"
    (3170, "There was an error when modifying {what}." + _SAID, "REAL"),
    (
        3171,
        "An attempt was made to modify a {object} with a date that is on or before the closing date of the company.",
        "CODE",
    ),
    (
        3175,
        "There was an error adding, modifying or deleting {object} because it is already in use.",
        "CODE",
    ),
    (3176, "The {object} is related to an object that is already in use.", "OWN"),
    (3177, "The transaction is locked.", "OWN"),
    # `what` is: a Customers list, element "…" / a data extension named "…"
    (3180, "There was an error when saving {what}." + _SAID, "REAL"),
    (3185, 'Cannot void the object specified by the id = "{id}".', "OWN"),
    (3190, 'Cannot clear the element in the "{field}" field. ', "CODE"),
    (3200, 'The provided edit sequence "{sequence}" is out-of-date. ', "REAL"),
    (3205, "The address is invalid.", "OWN"),
    (3210, 'The "{field}" field has an invalid value "{value}".' + _SAID, "REAL"),
    (3220, "The operation is not possible: {reason}", "OWN"),
    (3230, "The request has been rolled back.", "OWN"),
    (3231, "The request has not been processed.", "REAL"),
    (3240, 'Object "{id}" specified in the request cannot be found.', "MEMORY"),
    (3250, "This feature is not enabled or not available in this version of QuickBooks.", "REAL"),
    (3260, "Insufficient permission level to perform this action. ", "CODE"),
    (3261, "The application has no permission to use personal data.", "OWN"),
    (3270, "The posting account is missing: {reason}", "OWN"),
    (3280, "The type of the item does not fit: {reason}", "OWN"),
    (9100, 'The macro "{name}" is not defined.', "OWN"),
    (9101, 'The macro "{name}" is defined twice.', "OWN"),
)

STATUSES = {code: Status(code, severity(code), text, certainty) for code, text, certainty in _TABLE}


class MessageSetStatus(NamedTuple):
    """A value of messageSetStatusCode, which has no message on the wire; `meaning` is for logs and people."""

    code: int
    meaning: str
    certainty: str


MESSAGE_SET_STATUSES = {
    one.code: one
    for one in (
        MessageSetStatus(0, "The message set has been processed.", "DOC"),
        MessageSetStatus(600, "No response is stored under the oldMessageSetID.", "CODE"),
        MessageSetStatus(9001, "The newMessageSetID is stored, but for other requests.", "CODE"),
        MessageSetStatus(9002, "No stored response was found.", "CODE"),
        MessageSetStatus(9004, "The message set ID is longer than 24 characters.", "CODE"),
        MessageSetStatus(9005, "The response could not be stored.", "CODE"),
    )
}
