# SPDX-License-Identifier: Apache-2.0
"""Tables that scripts measure and pages show."""
import sys


def put(page, mark, text):
    """Writes the text into the page between <!-- mark --> and the next <!-- end -->; the page must have both."""
    head, found, rest = page.read_text().partition(f"<!-- {mark} -->\n")
    _, ended, tail = rest.partition("<!-- end -->\n")
    if not found or not ended:
        sys.exit(f"{page} has no place for {mark}")
    page.write_text(head + found + text + ended + tail)
