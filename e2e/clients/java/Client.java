import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sts.StsClient;

/** One client for many seconds: it must ask for new credentials by itself when a session is over. */
public class Client {
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("--version")) {
      System.out.println("aws-sdk-java " + VersionInfo.SDK_VERSION);
      return;
    }
    Instant end = Instant.now().plus(Duration.ofSeconds(Long.parseLong(arguments[0])));
    try (StsClient client =
        StsClient.builder()
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(options -> options.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .build()) {
      while (Instant.now().isBefore(end)) {
        System.out.println(client.getCallerIdentity().arn());
        Thread.sleep(400);
      }
    }
  }
}
