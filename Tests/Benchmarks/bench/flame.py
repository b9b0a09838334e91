"""A flame graph as one SVG file: width is share of samples, a box stands on the one that called it."""
import html
import zlib

WIDTH, ROW, FONT = 1200, 16, 11
# Boxes narrower than this are left out, in pixels.
LEAST = 1.0


def write(path, folded, title):
    """`folded`: samples by stack, frames from the outermost on with `;` between."""
    root = {"name": "all", "count": 0, "children": {}}
    for stack, count in folded.items():
        root["count"] += count
        node = root
        for name in stack.split(";"):
            node = node["children"].setdefault(name, {"name": name, "count": 0, "children": {}})
            node["count"] += count
    boxes = []
    place(root, 0.0, 0, root["count"] or 1, boxes)
    height = (max(depth for _, depth, *_ in boxes) + 2) * ROW + 30
    with open(path, "w") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace"'
            f' font-size="{FONT}">\n<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
            f'<text x="{WIDTH / 2}" y="18" text-anchor="middle" font-size="14">{html.escape(title)}</text>\n')
        for x, depth, wide, name, share in boxes:
            file.write(box(x, height - (depth + 1.5) * ROW, wide, name, share))
        file.write("</svg>\n")


def place(node, x, depth, total, boxes):
    wide = node["count"] / total * WIDTH
    if wide < LEAST:
        return
    boxes.append((x, depth, wide, node["name"], node["count"] / total))
    for child in sorted(node["children"].values(), key=lambda child: child["name"]):
        place(child, x, depth + 1, total, boxes)
        x += child["count"] / total * WIDTH


def box(x, y, wide, name, share):
    """One frame, its full name and share on hovering."""
    fits = int(wide / (FONT * 0.6)) - 1
    label = name if len(name) <= fits else name[:max(0, fits - 2)] + ".." if fits > 3 else ""
    shade = zlib.crc32(name.encode())
    colour = f"hsl({20 + shade % 35},{70 + shade // 64 % 25}%,{60 + shade // 4096 % 15}%)"
    text = f'<text x="{x + 3:.1f}" y="{y + 12:.1f}">{html.escape(label)}</text>' if label else ""
    return (f'<g><title>{html.escape(name)} {share:.1%}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}"'
            f' height="{ROW - 1}" fill="{colour}"/>{text}</g>\n')
