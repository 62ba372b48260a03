r"""Files and folders of bulletins -> `Bulletin`.

A bulletin is a page (.html), a Word file (.docx), a PDF with a text layer, a mail (.eml), one of these in a zip, or a
text file (.txt, .md) that may open with YAML front matter between two ``---`` lines::

    ---
    id: "000"
    date: 2018-06-24
    source: "Russian Centre for Reconciliation of Opposing Sides"
    lang: en
    url: https://example.org/bulletin
    encoding: cp1256
    ---

    The text.

Every field may be missing. The body, in which all offsets count characters, begins with the first line below the
closing ``---`` that is not blank; line ends are ``\n``. What was guessed, left out or found missing stands in
`Bulletin.notes`. docs/formats.md says what is read of each format.
"""

from geomap.bulletin.files import Taken, bulletin_files, read_bulletins, read_file
from geomap.bulletin.formats import KINDS, SUFFIXES

__all__ = ["KINDS", "SUFFIXES", "Taken", "bulletin_files", "read_bulletins", "read_file"]
