# Claims to each branch of a rule: tests/ruled.csv says which stand, and why.
./deeproof check tests/ruled.csv --csv 2>/dev/null | awk -f tests/golden/claims.awk
