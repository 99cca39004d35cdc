// One client for many seconds: it must ask for new credentials by itself when a session is over.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	log.SetFlags(0)
	if os.Args[1] == "--version" {
		fmt.Println(aws.SDKName, aws.SDKVersion)
		return
	}
	limit, err := time.ParseDuration(os.Args[1] + "s")
	if err != nil {
		log.Fatal(err)
	}
	settings, err := session.NewSessionWithOptions(session.Options{
		SharedConfigState: session.SharedConfigEnable,
		// This version does not read the variable by itself.
		Config: aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_STS")), MaxRetries: aws.Int(0)},
	})
	if err != nil {
		log.Fatal(err)
	}
	client := sts.New(settings)
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(400 * time.Millisecond) {
		caller, err := client.GetCallerIdentity(&sts.GetCallerIdentityInput{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(aws.StringValue(caller.Arn))
	}
}
