# Draws µs of CPU a request as SVG: a panel for each case, a bar for each server. Reads medians.

function text(x, y, anchor, weight, s) {
  gsub(/&/, "\\&amp;", s)
  printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>\n", x, y, anchor, weight, s
}

{
  if (!($1 in seen)) { seen[$1]; cases[++n] = $1 }
  if (!($2 in known)) { known[$2]; servers[++m] = $2 }
  cpu[$1, $2] = $4
  if ($4 > most[$1]) most[$1] = $4
}

END {
  columns = 3; width = 300; label = 92; bar = 140; row = 18
  height = 34 + m * row + 14
  lines = int((n + columns - 1) / columns)
  total = 40 + lines * height
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#24292f\" role=\"img\">\n", columns * width + 20, total
  print "<title>CPU time of the server for a request, in microseconds: shorter is better</title>"
  printf "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
  text(12, 22, "start", "bold", "CPU time of the server for a request, µs (shorter is better; each panel has its own scale)")
  for (i = 1; i <= n; i++) {
    x = 12 + ((i - 1) % columns) * width
    y = 40 + int((i - 1) / columns) * height
    text(x, y + 18, "start", "bold", cases[i])
    for (j = 1; j <= m; j++) {
      v = cpu[cases[i], servers[j]]
      top = y + 26 + (j - 1) * row
      ours = servers[j] == "us"
      text(x + label - 6, top + 12, "end", ours ? "bold" : "normal", ours ? "caching-proxy" : servers[j])
      length_ = v ? bar * v / most[cases[i]] : 0
      if (v) printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"13\" rx=\"2\" fill=\"%s\"/>\n", x + label, top + 2, length_, ours ? "#0969da" : "#afb8c1"
      text(x + label + length_ + 5, top + 12, "start", "normal", !v ? "–" : v < 100 ? sprintf("%.1f", v) : sprintf("%.0f", v))
    }
  }
  print "</svg>"
}
