// One client for many seconds: it must ask for new credentials by itself when a session is over.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	log.SetFlags(0)
	if os.Args[1] == "--version" {
		fmt.Println("aws-sdk-go-v2", aws.SDKVersion)
		return
	}
	limit, err := time.ParseDuration(os.Args[1] + "s")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx,
		config.WithRetryMaxAttempts(1),
		// Without it a session may end between the client's look at it and STS's.
		config.WithCredentialsCacheOptions(func(options *aws.CredentialsCacheOptions) {
			options.ExpiryWindow = time.Second
		}))
	if err != nil {
		log.Fatal(err)
	}
	client := sts.NewFromConfig(settings)
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(400 * time.Millisecond) {
		caller, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(aws.ToString(caller.Arn))
	}
}
