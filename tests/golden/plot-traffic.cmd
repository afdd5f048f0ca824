# The SVG is the same bytes on every run and machine.
./deeproof plot traffic tests/golden/traffic.csv
