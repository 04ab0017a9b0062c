"""Texts that run a script, load something or leave the page wherever they are not made harmless.

Each would set `window.pwned` or ask the address below for something.
"""

from __future__ import annotations

import base64

AWAY = "https://away.invalid"
RUN = "window.pwned=1"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
PAGE = f"<script>parent.{RUN}</script>"

HTML = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'<script src="{AWAY}/a.js"></script>',
    f'<img src=x onerror="{RUN}">',
    f"<img src=x onerror={RUN}>",
    f'<img/src="x"/onerror="{RUN}"/',
    f'<img src="{AWAY}/a.png" srcset="{AWAY}/b.png 2x">',
    f'<img src="data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}">',
    SVG,
    f'<svg><a xlink:href="javascript:{RUN}"><text y="20">click</text></a></svg>',
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<math><a href="javascript:{RUN}">click</a></math>',
    "<math><mtext><table><mglyph><style><!--</style>"
    f"<img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<style><style/><img src=x onerror={RUN}>",
    f"<style>@import '{AWAY}/a.css'; body {{ background: url({AWAY}/b.png) }}</style>",
    f"<div style=\"background: url('{AWAY}/c.png'); position: fixed; inset: 0\">over all</div>",
    f'<link rel="stylesheet" href="{AWAY}/a.css"><link rel="prefetch" href="{AWAY}/p">',
    f'<iframe src="javascript:parent.{RUN}"></iframe>',
    f'<iframe srcdoc="{PAGE}"></iframe>',
    f'<object data="data:text/html,{PAGE}"></object><embed src="{AWAY}/a.swf">',
    f'<a href="javascript:{RUN}">click</a>',
    f'<a href="JaVaScRiPt:{RUN}">click</a>',
    f'<a href="java\nscript:{RUN}">click</a>',
    f'<a href="&#106;avascript:{RUN}">click</a>',
    f'<a href="\x01javascript:{RUN}">click</a>',
    f'<a href="vbscript:{RUN}">click</a>',
    f'<a href="data:text/html,{PAGE}">click</a>',
    f'<a href="{AWAY}" onclick="{RUN}" onmouseover="{RUN}" onfocus="{RUN}" autofocus>click</a>',
    f'<body onload="{RUN}" onpageshow="{RUN}">',
    f'<details open ontoggle="{RUN}"><summary>open</summary></details>',
    f'<input autofocus onfocus="{RUN}"><select onfocus="{RUN}" autofocus></select>',
    f'<video autoplay onloadstart="{RUN}" poster="{AWAY}/v.png"><source onerror="{RUN}"></video>',
    f'<audio src="{AWAY}/a.ogg" autoplay onerror="{RUN}"></audio>',
    f'<form action="javascript:{RUN}"><button>click</button></form><form id=x></form>',
    f'<button form=x formaction="javascript:{RUN}">click</button>',
    f'<meta http-equiv="refresh" content="0;url={AWAY}/gone">',
    f'<base href="{AWAY}/"><a href="relative">click</a>',
    f'<template><script>{RUN}</script></template><marquee onstart="{RUN}">m</marquee>',
    f"</pre></code></p></main></body></html><script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"</title></style></textarea></noscript><script>{RUN}</script>",
    "{{ ''.__class__.__mro__ }}{% raw %}<script>" + RUN + "</script>",
    f"\x1b]8;;javascript:{RUN}\x07click\x1b]8;;\x07\x1b[31m<script>{RUN}</script>",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"<\x00script>{RUN}</script>",
    "<div>" * 3000 + f"<img src=x onerror={RUN}>",
]

MARKDOWN = [
    f"[click](javascript:{RUN})",
    f"[click](<javascript:{RUN}>)",
    f"[click](  jAvAsCrIpT:{RUN})",
    f"[click](&#x6A;avascript:{RUN})",
    f"[click][ref]\n\n[ref]: javascript:{RUN}",
    f"[click](data:text/html;base64,{base64.b64encode(PAGE.encode()).decode()})",
    f"<javascript:{RUN}>",
    f"![x](javascript:{RUN})",
    f"![x]({AWAY}/a.png)",
    f'![x](x"onerror="{RUN})',
    f'![x" onerror="{RUN}](attachment:a.png)',
    f"![x](attachment:a.svg '\" onerror=\"{RUN}')",
    "![x](attachment:missing)",
    f'[click]({AWAY} "title\\" onmouseover=\\"{RUN}")',
    f"```html\n</code></pre><script>{RUN}</script>\n```",
    f"```mermaid\n<img src=x onerror={RUN}>\n```",
    f"`</code><script>{RUN}</script>`",
    f"$</code><script>{RUN}</script>$ and $$<img src=x onerror={RUN}>$$",
    f"\\begin{{a}}<script>{RUN}</script>\\end{{a}}",
    f"# <img src=x onerror={RUN}>",
    f"| a | b |\n|---|---|\n| <img src=x onerror={RUN}> | [c](javascript:{RUN}) |",
    f"<div\n\nonclick={RUN}>\n\n<scr\nipt>{RUN}</script>",
    "> " * 500 + f"<script>{RUN}</script>",
    "[" * 5000 + f"](javascript:{RUN})",
]
