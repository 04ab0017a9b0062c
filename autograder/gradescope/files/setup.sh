#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
for version in 3.13 3.12 3.11; do
    if apt-cache show "python$version-venv" > /dev/null 2>&1; then break; fi
done
apt-get install -y --no-install-recommends "python$version" "python$version-venv" util-linux
"python$version" -m venv /opt/grader
/opt/grader/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt
