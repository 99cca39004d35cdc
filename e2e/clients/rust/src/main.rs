//! One client for many seconds: it must ask for new credentials by itself when a session is over.

use std::error::Error;
use std::time::{Duration, Instant};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1).ok_or("usage: client-rust SECONDS")?;
    if argument == "--version" {
        println!("aws-sdk-sts {}", aws_sdk_sts::meta::PKG_VERSION);
        return Ok(());
    }
    // Without the buffer a session may end between the client's look at it and STS's; its default is longer than a session.
    let cache = IdentityCache::lazy().buffer_time(Duration::from_secs(1)).build();
    let config = aws_config::from_env()
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .identity_cache(cache)
        .retry_config(RetryConfig::disabled())
        .load()
        .await;
    let client = aws_sdk_sts::Client::new(&config);
    let limit = Duration::from_secs(argument.parse()?);
    let start = Instant::now();
    while start.elapsed() < limit {
        let caller = client.get_caller_identity().send().await?;
        println!("{}", caller.arn().unwrap_or_default());
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    Ok(())
}
