package sqs

import "testing"

// The digests that Amazon gives for these, as SDKs and their tests have them.
func TestDigests(t *testing.T) {
	if got := digest("hi"); got != "49f68a5c8493ec2c0bf489821c21fc3b" {
		t.Errorf("of a body: %s", got)
	}
	for want, attributes := range map[string]map[string]attribute{
		"":                                 nil,
		"235c5c510d26fb653d073faed50ae77c": {"timestamp": {DataType: "Number", StringValue: ptr("1493147359900")}},
	} {
		if got := digestOf(attributes); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
