#!/bin/sh
# Every measured row, one table: what is fitted together is validated together.
set -eu
cd "$(dirname "$0")"
head -1 decode.csv
for file in decode line v4pro drafts; do
	sed 1d "$file.csv"
done
