# What each verb may be told: the options that its man page has. An option that
# is lost, or said of the wrong verb, shows here.
for verb in show step run explain prefill sweep validate measure calibrate fit \
	check plan cost plot bundle; do
	./deeproof $verb --help
done
