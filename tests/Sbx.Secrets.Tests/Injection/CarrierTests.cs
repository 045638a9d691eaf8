using System.Text;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;

namespace Sbx.Secrets.Tests.Injection;

public sealed class CarrierTests
{
    private static readonly ServiceRegistry Registry = new([]);

    [Theory]
    [InlineData("openai", "Authorization", "Bearer proxy-managed", CarrierVerdict.Placeholder)]
    [InlineData("openai", "authorization", "bearer proxy-managed", CarrierVerdict.Placeholder)]
    [InlineData("openai", "AUTHORIZATION", "Bearer sk-own", CarrierVerdict.Foreign)]
    [InlineData("openai", "Authorization", "", CarrierVerdict.Placeholder)]
    [InlineData("openai", "Authorization", "Bearer", CarrierVerdict.Foreign)]
    [InlineData("openai", "Authorization", "Bearer ", CarrierVerdict.Foreign)]
    [InlineData("openai", "Authorization", "proxy-managed", CarrierVerdict.Placeholder)]
    [InlineData("openai", "Authorization", "Bearer proxy-managed sk-own", CarrierVerdict.Foreign)]
    [InlineData("openai", "X-Api-Key", "sk-own", CarrierVerdict.Foreign)]
    [InlineData("openai", "x_api_key", "sk-own", CarrierVerdict.Foreign)]
    [InlineData("openai", "api-key", "sk-own", CarrierVerdict.Foreign)]
    [InlineData("anthropic", "Authorization", "Bearer sk-ant-own", CarrierVerdict.Foreign)]
    [InlineData("anthropic", "x-api-key", "proxy-managed", CarrierVerdict.Placeholder)]
    [InlineData("anthropic", "x-goog-api-key", "AIzaOwn", CarrierVerdict.Foreign)]
    [InlineData("anthropic", "anthropic-version", "2023-06-01", CarrierVerdict.None)]
    [InlineData("openai", "OpenAI-Organization", "org-1", CarrierVerdict.None)]
    [InlineData("openai", "Cookie", "__cf_bm=x", CarrierVerdict.Placeholder)]
    [InlineData("openai", "Proxy-Authorization", "Basic eDp5", CarrierVerdict.Placeholder)]
    [InlineData("github", "Authorization", "token gho_proxymanaged000000000000000000000000", CarrierVerdict.Placeholder)]
    [InlineData("github", "Authorization", "token ghp_own", CarrierVerdict.Foreign)]
    public void Headers_are_judged_in_any_spelling(string service, string name, string value, CarrierVerdict expected)
        => Assert.Equal(expected, new CarrierRules(Registry.Get(service)).InspectHeader(name, value));

    [Theory]
    [InlineData("x-access-token:{0}", CarrierVerdict.Placeholder)]
    [InlineData("{0}:x-oauth-basic", CarrierVerdict.Placeholder)]
    [InlineData("{0}:", CarrierVerdict.Placeholder)]
    [InlineData("user:ghp_own", CarrierVerdict.Foreign)]
    [InlineData("{0}:ghp_own", CarrierVerdict.Foreign)]
    [InlineData("nocolon", CarrierVerdict.Foreign)]
    public void Basic_credentials_are_looked_into(string pair, CarrierVerdict expected)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, pair, PlaceholderText.GitHub);
        var header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, new CarrierRules(Registry.Get("github")).InspectHeader("Authorization", header));
    }

    [Theory]
    [InlineData("/v1?key=proxy-managed&alt=sse", "/v1?alt=sse", CarrierVerdict.Placeholder)]
    [InlineData("/v1?alt=sse&key=AIzaOwn", "/v1?alt=sse", CarrierVerdict.Foreign)]
    [InlineData("/v1?KEY=AIzaOwn", "/v1", CarrierVerdict.Foreign)]
    [InlineData("/v1?k%65y=AIzaOwn&a=b", "/v1?a=b", CarrierVerdict.Foreign)]
    [InlineData("/v1?k%2565y=AIzaOwn", "/v1", CarrierVerdict.Foreign)]
    [InlineData("/v1?a=b;access_token=own", "/v1", CarrierVerdict.Foreign)]
    [InlineData("/v1?api_key[]=own&x=1", "/v1?x=1", CarrierVerdict.Foreign)]
    [InlineData("/v1?+key=own", "/v1", CarrierVerdict.Foreign)]
    [InlineData("/v1?key", "/v1", CarrierVerdict.Placeholder)]
    [InlineData("/v1?a=1&key=x&b=2&key=y&c=3", "/v1?a=1&b=2&c=3", CarrierVerdict.Foreign)]
    [InlineData("/v1?monkey=1&keys=2", "/v1?monkey=1&keys=2", CarrierVerdict.None)]
    [InlineData("/v1", "/v1", CarrierVerdict.None)]
    [InlineData("/v1?", "/v1?", CarrierVerdict.None)]
    public void Query_carriers_are_removed_in_any_spelling(string target, string stripped, CarrierVerdict expected)
    {
        Assert.Equal(stripped, new CarrierRules(Registry.Get("google")).StripQuery(target, out var verdict));
        Assert.Equal(expected, verdict);
    }

    [Fact]
    public void AWS_signatures_are_placeholders_only_with_the_placeholder_key_id()
    {
        var rules = new CarrierRules(Registry.Get("aws"));
        Assert.Equal(CarrierVerdict.Placeholder, rules.InspectHeader("Authorization", $"AWS4-HMAC-SHA256 Credential={PlaceholderText.AwsAccessKeyId}/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"));
        Assert.Equal(CarrierVerdict.Foreign, rules.InspectHeader("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAOWNOWNOWNOWNOWNO/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"));
        Assert.Equal("/b?list-type=2", rules.StripQuery("/b?X-Amz-Signature=x&list-type=2&X-Amz-Credential=own", out var verdict));
        Assert.Equal(CarrierVerdict.Foreign, verdict);
    }
}
