using Sbx.Policies.Patterns;

namespace Sbx.Secrets.Services;

/// <summary>
/// The services that come with sbx. Hosts and headers follow the providers' API references; a service's whole set of auth carriers is
/// removed from every request to its hosts, since a host that takes a second one would let the guest's own account through.
/// </summary>
internal static class BuiltInServices
{
    public static readonly string[] Headers =
    [
        "Authorization", "Proxy-Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "X-Auth-Token", "X-Access-Token", "X-Authorization",
        "X-Goog-IAM-Authorization-Token", "Private-Token", "X-GitHub-Token",
        "Ocp-Apim-Subscription-Key", "X-Functions-Key", "X-Amz-Security-Token", "Cookie", "Cookie2",
    ];

    public static readonly string[] Query = ["key", "api_key", "api-key", "apikey", "access_token", "access-token", "auth", "auth_token", "token", "oauth_token", "bearer_token", "authorization", "$key", "$access_token"];

    private static readonly HeaderTemplate Bearer = new("Authorization", "Bearer ");

    public static IReadOnlyList<ServiceDefinition> All { get; } =
    [
        Service("anthropic", ["ANTHROPIC_API_KEY"], new HeaderTemplate("x-api-key"), "api.anthropic.com", "console.anthropic.com", "platform.claude.com", "claude.ai", "mcp-proxy.anthropic.com"),
        Service("openai", ["OPENAI_API_KEY", "CODEX_API_KEY"], Bearer, "api.openai.com", "openai.com", "chatgpt.com", "www.chatgpt.com"),
        Copilot(),
        GitHub(),
        Google(),
        Service("mistral", ["MISTRAL_API_KEY"], Bearer, "api.mistral.ai", "codestral.mistral.ai"),
        Service("groq", ["GROQ_API_KEY"], Bearer, "api.groq.com"),
        Service("xai", ["XAI_API_KEY"], Bearer, "api.x.ai"),
        Service("openrouter", ["OPENROUTER_API_KEY"], Bearer, "openrouter.ai"),
        Service("nebius", ["NEBIUS_API_KEY"], Bearer, "api.studio.nebius.com", "api.tokenfactory.nebius.com"),
        Service("cursor", ["CURSOR_API_KEY"], Bearer, "api2.cursor.sh", "api3.cursor.sh", "repo42.cursor.sh", "cursor.com"),
        Service("droid", ["FACTORY_API_KEY"], Bearer, "api.factory.ai", "app.factory.ai", "relay.factory.ai"),
        Aws(),
    ];

    private static ServiceDefinition Service(string name, string[] variables, HeaderTemplate header, params string[] hosts) => new()
    {
        Name = name,
        HostVariables = variables,
        Placeholders = variables.ToDictionary(v => v, _ => PlaceholderText.Default),
        Endpoints = Hosts([header], hosts),
        CarrierHeaders = Headers,
        CarrierQuery = Query,
        BuiltIn = true,
    };

    private static ServiceEndpoint[] Hosts(HeaderTemplate[] headers, params string[] hosts)
        => [.. hosts.Select(h => new ServiceEndpoint(HostPattern.Parse(h), null, headers))];

    private static ServiceDefinition Google() => Service(
        "google", ["GEMINI_API_KEY", "GOOGLE_API_KEY"], new HeaderTemplate("x-goog-api-key"),
        "generativelanguage.googleapis.com", "oauth2.googleapis.com", "aiplatform.googleapis.com", "vertexai.googleapis.com") with
    {
        Placeholders = new Dictionary<string, string>
        {
            ["GEMINI_API_KEY"] = PlaceholderText.Default,
            ["GOOGLE_API_KEY"] = PlaceholderText.Default,
            ["GOOGLE_GENERATIVE_AI_API_KEY"] = PlaceholderText.Default,
        },
    };

    // Git over HTTPS takes the token as a Basic password; the REST hosts take it as a bearer.
    private static ServiceDefinition GitHub() => Service("github", ["GH_TOKEN", "GITHUB_TOKEN"], Bearer) with
    {
        Placeholders = new Dictionary<string, string> { ["GH_TOKEN"] = PlaceholderText.GitHub, ["GITHUB_TOKEN"] = PlaceholderText.GitHub },
        Endpoints =
        [
            .. Hosts(
                [Bearer], "api.github.com", "raw.githubusercontent.com", "gist.githubusercontent.com", "uploads.github.com", "npm.pkg.github.com",
                "copilot.github.com", "api.githubcopilot.com", "api.individual.githubcopilot.com"),
            .. Hosts([new HeaderTemplate("Authorization", "x-access-token", HeaderEncoding.Basic)], "github.com", "gist.github.com", "codeload.github.com", "nuget.pkg.github.com"),
        ],
    };

    private static ServiceDefinition Copilot() => Service("copilot", ["COPILOT_GITHUB_TOKEN"], Bearer) with
    {
        Placeholders = new Dictionary<string, string> { ["COPILOT_GITHUB_TOKEN"] = PlaceholderText.GitHub },
        Endpoints =
        [
            .. Hosts(
                [Bearer], "api.githubcopilot.com", "api.individual.githubcopilot.com", "api.business.githubcopilot.com",
                "api.enterprise.githubcopilot.com", "copilot.github.com"),
            new ServiceEndpoint(HostPattern.Parse("api.github.com"), "/copilot_internal/", [Bearer]),
        ],
    };

    private static ServiceDefinition Aws() => Service("aws", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"], Bearer) with
    {
        Placeholders = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = PlaceholderText.AwsAccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = PlaceholderText.Default,
        },
        Endpoints = Hosts([], "**.amazonaws.com", "**.api.aws"),
        CarrierQuery =
        [
            "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-SignedHeaders", "X-Amz-Date",
            "X-Amz-Expires", "AWSAccessKeyId", "Signature",
        ],
        Scheme = ServiceScheme.AwsSigV4,
    };
}
