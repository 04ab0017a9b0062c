// Whether the site has a lab is known when it is built: tools/lab_links.py writes this anew.
document.documentElement.classList.toggle("has-lab", false);
