"""The HTML file: a folium map whose figure writes itself as one safe page.

The page allows its own scripts and styles by their hashes and nothing else; no address is loaded but those of tiles
that were asked for. Only a page to which somebody added elements of folium that bear styles lets elements bear them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure
from folium.template import Template

from geomap.errors import InputError
from geomap.webmap.assets import asset_text
from geomap.webmap.languages import LANGUAGES, RIGHT_TO_LEFT
from geomap.webmap.packing import deflated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geomap.webmap.packing import Packed

__all__ = ["Atlas", "EventMap", "Page", "tile_origin"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SCRIPT = re.compile(r'<script(?: type="text/plain" id="geomap-own")?>(.*?)</script>', re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_STYLED = re.compile(r"\sstyle\s*=", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{32}")
_POLICY = "<!--policy-->"
STYLE = "geomap-style"
"""The name under which the loader finds the page's own style."""


def tile_origin(tiles: str) -> str:
    """Return the origin of a tile address for the page's policy (``{s}`` becomes a wildcard).

    Raises
    ------
    InputError
        When it is no http or https address with ``{z}``, ``{x}`` and ``{y}``.
    """
    try:
        parts = urlsplit(tiles)
        known = parts.scheme in {"http", "https"} and re.fullmatch(r"(\{s\}\.)?[\w.-]+(:\d+)?", parts.netloc)
    except ValueError:
        known = None
    if not known or not all(name in tiles for name in ("{z}", "{x}", "{y}")):
        raise InputError(
            f"{tiles!r} is no address of tiles; it would be like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png",
            field="tiles",
        )
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


class Page(Figure):
    """The document: language, title, policy, and the map below.

    Parameters
    ----------
    title
        The document's title, plain text.
    lang
        BCP 47 language of the page's own words, one of `LANGUAGES`.
    images
        Origins from which images may come, for tiles.

    Raises
    ------
    InputError
        When the page does not speak `lang`.
    GeomapError
        When the package was not built.
    """

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang }}" dir="{{ this.direction }}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n' + _POLICY + "\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<title>{{ this.safe_title }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n"
        "<body>\n"
        "{{ this.html.render(**kwargs) }}\n"
        '<script type="text/plain" id="geomap-own">\n{{ this.script.render(**kwargs) }}\n</script>\n'
        "<script>{{ this.loader }}</script>\n"
        "{{ this.tail.render(**kwargs) }}\n"
        "</body>\n"
        "</html>\n"
    )

    def __init__(self, *, title: str, lang: str = "en", images: tuple[str, ...] = ()) -> None:
        if lang not in LANGUAGES:
            raise InputError(f"the page does not speak {lang!r}; it speaks {', '.join(LANGUAGES)}", field="language")
        super().__init__(height="640px")
        self.header._children.clear()  # branca's own charset line: ours stands first
        self.safe_title = html.escape(_CONTROL.sub(" ", title))
        self.lang = lang
        self.direction = "rtl" if lang in RIGHT_TO_LEFT else "ltr"
        self.images = images
        self.tail = Element()  # what nobody needs before the first picture
        self.tail._template = Template("{% for piece in this._children.values() %}{{ piece.render() }}{% endfor %}")
        self.loader = asset_text("loader.js").strip()
        self._held: dict[str, str] = {}
        self._packed: dict[str, str] = {}

    def packed(self, name: str, text: str) -> str:
        """Return an element that holds a script or a style deflated, a third as long; the loader puts it to its use.

        The policy knows its hash.
        """
        self._packed[name] = text
        return f'<script type="text/plain" id="{name}">{deflated(text.encode("utf-8"), level=9)}</script>'

    def held(self, name: str, text: str) -> str:
        """Return a script element that holds data under a name; the data itself is put in when all else is written.

        It may be of many megabytes, which nothing then needs to read through: no template, no search for ids.
        """
        mark = f"<!--held:{name}-->"
        self._held[mark] = text
        return f'<script type="application/octet-stream" id="{name}">{mark}</script>'

    def render(self, **kwargs: object) -> str:
        """Render the page: the same bytes each time, its scripts named by their hashes."""
        # folium's ids are random; only those of this tree are renumbered, whatever else looks like one.
        numbers = {_id: f"{number:x}" for number, _id in enumerate(dict.fromkeys(_ids(self)))}

        def renumbered(text: str) -> str:
            return _ID.sub(lambda found: numbers.get(found[0], found[0]), text)

        rest = renumbered(super().render(**kwargs))
        rest, parts = rest.replace(_POLICY, self._policy(rest), 1), []
        for mark, data in self._held.items():
            before, rest = rest.split(renumbered(mark), 1)
            parts += [before, data]
        return "".join([*parts, rest])

    def _policy(self, text: str) -> str:
        scripts = _hashes((*_SCRIPT.findall(text), *(self._packed[name] for name in self._packed if name != STYLE)))
        styles = _hashes((*_STYLE.findall(text), *(self._packed[name] for name in self._packed if name == STYLE)))
        styled = " style-src-attr 'unsafe-inline';" if _STYLED.search(text.partition("</title>")[2]) else ""
        images = " ".join(("data:", *self.images))
        return (
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
            f" script-src {scripts}; style-src {styles};{styled} img-src {images};"
            " base-uri 'none'; form-action 'none'\">"
        )


class EventMap(folium.Map):
    """A folium.Map without folium's addresses, in the page's own frame.

    Layers of folium can be added to it as to any map. Those that load a plugin from the network stay without it: the
    page's policy allows no address.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's name for it; our class, not folium's
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template(
        """
        {% macro html(this, kwargs) %}
<div id="geomap-app">
<header id="geomap-head"><div id="geomap-old" hidden>
<p lang="en" dir="ltr">This map needs a browser of 2023 or newer.</p>
<p lang="ar" dir="rtl">تحتاج هذه الخريطة إلى متصفح من عام 2023 أو أحدث.</p>
<p lang="ru" dir="ltr">Для этой карты нужен браузер 2023 года или новее.</p>
</div></header>
<main id="geomap-main"><div class="folium-map" id={{ this.get_name()|tojson }}></div></main>
<section id="geomap-time" hidden></section>
<aside id="geomap-side"></aside>
</div>
<noscript>
<p lang="en" dir="ltr">This map needs JavaScript. It loads nothing from any network.</p>
<p lang="ar" dir="rtl">تحتاج هذه الخريطة إلى جافاسكربت. لا تحمّل شيئًا من أي شبكة.</p>
<p lang="ru" dir="ltr">Для этой карты нужен JavaScript. Из сети она ничего не загружает.</p>
</noscript>
        {% endmacro %}

        {% macro script(this, kwargs) %}
var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
  { center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }} });
        {% endmacro %}
        """
    )


class Verbatim(Element):
    """A piece of the page that is written as it is.

    branca reads what its macros made as a template a second time; a bulletin with ``{{`` in it would be run by Python.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: object) -> str:
        """Return the text."""
        return self.text


class Atlas(Element):
    """The element that draws the events: the built script and style, the blocks of data, one call.

    Parameters
    ----------
    packed
        What the page shows.
    """

    def __init__(self, packed: Packed) -> None:
        super().__init__()
        self._name = "Atlas"
        self.packed = packed

    def render(self, **kwargs: object) -> str:
        """Put the pieces into the page's head, body and script.

        Raises
        ------
        GeomapError
            When the package was not built.
        """
        page, name = self.get_root(), self.get_name()
        if not isinstance(page, Page) or self._parent is None:
            raise TypeError("an Atlas is drawn within a Page")
        code = f"{page.packed(STYLE, asset_text('page.css'))}\n{page.packed('geomap-code', asset_text('page.js'))}"
        page.header.add_child(Verbatim(code), name=name)
        for place, part, text in ((page.html, "data", self.packed.data), (page.tail, "texts", self.packed.texts)):
            place.add_child(Verbatim(page.held(f"{name}-{part}", text)), name=f"{name}-{part}")
        page.script.add_child(Verbatim(f'geomap.start({self._parent.get_name()}, "{name}");'), name=name)
        return ""


def _ids(element: Element) -> Iterator[str]:
    """Yield the ids of an element and of all below it, in order of appearance."""
    yield element._id
    for child in element._children.values():
        yield from _ids(child)
    for part in ("header", "html", "script"):
        if isinstance(below := getattr(element, part, None), Element):
            yield from _ids(below)


def _hashes(texts: Iterable[str]) -> str:
    """Return the hashes of scripts or styles as a policy names them."""
    digests = {hashlib.sha256(text.encode("utf-8")).digest() for text in texts}
    return " ".join(sorted(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests))
