"""Frames of figures leave the page's text, unless they are small, and can be put together again."""

import json
import re
from types import SimpleNamespace

from tools.pages import frames

FIGURE = (
    '<figure class="explorable" data-module="die" style="--a:1"><div class="explorable-fallback">'
    '<table></table></div><script type="application/json">{stored}</script></figure>'
)
SMALL = {"settings": {"title": "a \\u003c b"}, "frames": {"one": 1}, "choice": "one", "step": 0}
LARGE = SMALL | {"frames": {f"key{i}": [i, "</script>"] for i in range(500)}, "step": 7}


def page_of(site, *stored):
    texts = [json.dumps(one, separators=(",", ":")).replace("<", "\\u003c") for one in stored]
    context = {"body": "<p>Before</p>".join(FIGURE.format(stored=text) for text in texts)}
    frames.set_apart(SimpleNamespace(outdir=site), "04-page", "page.html", context, None)
    return context["body"]


def test_small_frames_stay_where_they_are(tmp_path):
    assert "data-frames" not in page_of(tmp_path, SMALL, SMALL)
    assert not list(tmp_path.iterdir())


def test_large_frames_are_a_file_that_only_their_figure_names(tmp_path):
    body = page_of(tmp_path, SMALL, LARGE)
    first, second = body.split("<p>Before</p>")
    assert first == FIGURE.format(stored=json.dumps(SMALL, separators=(",", ":")))
    (address,) = re.findall(r' data-frames="([^"]+)"', second)
    stored = json.loads(re.search(r'json">(.*?)</script>', second)[1])
    kept = json.loads((tmp_path / address.partition("?")[0]).read_text())
    assert stored | {"frames": kept} == LARGE
    assert second.endswith('"step":7}</script></figure>')
    assert second.count("<script") == second.count("</script>") == 1


def test_other_frames_have_another_address(tmp_path):
    other = LARGE | {"frames": LARGE["frames"] | {"key0": [1]}}
    addresses = [re.findall(r'"([^"]+\?v=\w+)"', page_of(tmp_path, one)) for one in (LARGE, other)]
    assert addresses[0] != addresses[1]
    assert len(list(tmp_path.rglob("*.json"))) == 1
