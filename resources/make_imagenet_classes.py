#!/usr/bin/env python3
"""Makes imagenet_classes.tsv: the WordNet id, name and synonyms of each ImageNet class index.

Usage: resources/make_imagenet_classes.py   (Debian 12; fetches two packages with apt-get, installs nothing)

Sources: the 1000 names in index order from python3-torchvision (BSD-3-Clause), and WordNet 3.0 from wordnet-base
(WordNet licence, Princeton University), whose noun offsets are the WordNet ids.

A name belongs to several synsets. The one meant is found by these rules, in this order:
 1. the name is the first word of the synset;
 2. class indices are in ascending order of WordNet id, so each id lies between those of its neighbours;
 3. of what remains, WordNet's most frequent sense, unless SENSES names another: those are the classes whose pictures
    show a rarer sense (a music "bow" is not a hair bow; "crane" is once the bird and once the machine).
The result is written only when its ids have the digest of the published ILSVRC2012 list.
"""
import ast
import hashlib
import pathlib
import subprocess
import sys
import tempfile

TARGET = pathlib.Path(__file__).with_name("imagenet_classes.tsv")

# SHA-256 of the 1000 ids in order, one per line, as published (for example timm's imagenet_synsets.txt).
PUBLISHED_DIGEST = "385e0240499426c022b773be1ae4da780f057b89c9694c7f47199f62746b6edd"

# Names that torchvision changed to tell two classes apart.
RENAMED = {"crane bird": "crane", "maillot tank suit": "maillot"}

# Which of WordNet's senses of the name is meant (1 = the most frequent), by class index.
SENSES = {
    55: 2,  # green snake
    102: 2,  # echidna
    277: 3,  # red fox
    398: 2,  # abacus
    406: 2,  # altar
    427: 2,  # barrel
    446: 3,  # binder
    450: 2,  # bobsled
    456: 4,  # bow
    458: 7,  # brass
    468: 3,  # cab
    471: 2,  # cannon
    476: 2,  # carousel
    536: 5,  # dock
    538: 4,  # dome
    587: 2,  # hammer
    600: 4,  # hook
    606: 4,  # iron
    624: 5,  # library
    628: 4,  # liner
    636: 2,  # mailbag
    664: 5,  # monitor
    666: 3,  # mortar
    667: 2,  # mortarboard
    693: 4,  # paddle
    697: 2,  # pajama
    698: 4,  # palace
    718: 3,  # pier
    726: 5,  # plane
    738: 4,  # pot
    745: 2,  # projector
    753: 3,  # radiator
    758: 3,  # reel
    780: 2,  # schooner
    782: 3,  # screen
    783: 4,  # screw
    787: 2,  # shield
    800: 7,  # slot
    816: 4,  # spindle
    827: 2,  # stove
    830: 3,  # stretcher
    840: 2,  # swab
    881: 2,  # upright
    884: 3,  # vault
    896: 2,  # washbasin
    897: 3,  # washer
    902: 4,  # whistle
    910: 2,  # wooden spoon
    987: 2,  # corn
}


def torchvision_names(root):
    source = next(root.glob("usr/lib/python3/dist-packages/torchvision/models/_meta.py")).read_text()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "_IMAGENET_CATEGORIES":
            return ast.literal_eval(statement.value)
    sys.exit("torchvision's category list has moved")


def wordnet_lines(root, name):
    for line in (root / "usr/share/wordnet" / name).read_text("latin1").splitlines():
        if not line.startswith("  "):  # the licence
            yield line.split()


def synsets(root):
    """Offset -> words, first word first."""
    words = {}
    for fields in wordnet_lines(root, "data.noun"):
        count = int(fields[3], 16)
        words[int(fields[0])] = [fields[4 + 2 * i].replace("_", " ") for i in range(count)]
    return words


def senses(root):
    """Lower-case word -> offsets, most frequent first."""
    return {f[0].replace("_", " "): [int(x) for x in f[-int(f[2]):]] for f in wordnet_lines(root, "index.noun")}


def between_neighbours(candidates):
    """Rule 2: drops what cannot be part of any ascending choice."""
    for ascending in (True, False):
        bound = 0 if ascending else 10**8
        for i in range(len(candidates)) if ascending else reversed(range(len(candidates))):
            candidates[i] = [c for c in candidates[i] if (c > bound if ascending else c < bound)]
            if not candidates[i]:
                sys.exit(f"class {i}: no synset lies between its neighbours")
            bound = min(candidates[i]) if ascending else max(candidates[i])
    return candidates


def choose(names, words, frequency):
    names = [RENAMED.get(name, name) for name in names]
    first = [[o for o in frequency[n.lower()] if words[o][0].lower() == n.lower()] for n in names]
    chosen = []
    for i, candidates in enumerate(between_neighbours(first)):
        sense = SENSES.get(i)
        offset = frequency[names[i].lower()][sense - 1] if sense else candidates[0]
        if offset not in candidates:
            sys.exit(f"class {i} ({names[i]}): sense {sense} breaks the other rules")
        chosen.append(offset)
    return chosen


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run(["apt-get", "download", "-q", "python3-torchvision", "wordnet-base"], cwd=root, check=True)
        for package in root.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, root], check=True)
        names, words, frequency = torchvision_names(root), synsets(root), senses(root)

    offsets = choose(names, words, frequency)
    ids = [f"n{offset:08}" for offset in offsets]
    if hashlib.sha256("\n".join(ids).encode()).hexdigest() != PUBLISHED_DIGEST:
        sys.exit("the ids differ from the published list; nothing was written")
    rows = [f"{i}\t{ids[i]}\t{names[i]}\t{', '.join(words[offsets[i]])}\n" for i in range(len(ids))]
    TARGET.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
