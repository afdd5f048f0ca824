# 671.03 B parameters and 11.61 B of MTP; 70,272 B of KV a token; 142.8 GFLOP
# a token at a context of 4,096.
./deeproof show deepseek-v3 --csv
