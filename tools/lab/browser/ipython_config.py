"""Settings of the lab's kernel, which IPython reads when it starts."""

c = get_config()  # noqa: F821, IPython defines it
c.InteractiveShellApp.extensions = ["lab_check"]
