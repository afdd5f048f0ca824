# Claims as people write them: tests/wild.csv says which stand, and why.
./deeproof check tests/wild.csv --csv 2>/dev/null | awk -f tests/golden/claims.awk
