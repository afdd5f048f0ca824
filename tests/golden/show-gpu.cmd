# Facts as the sheet has them, then the ridges: 989.5e12 / 3.35e12 = 295
# FLOP/B in bf16, twice that in fp8.
./deeproof show h800-sxm --csv
