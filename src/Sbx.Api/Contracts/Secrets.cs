namespace Sbx.Api.Contracts;

/// <summary>A stored secret; holds nothing secret.</summary>
/// <param name="Scope">"(global)" or the sandbox's name.</param>
/// <param name="Service">Service.</param>
/// <param name="Secret">The masked value, or what gives it: "(command)", "(ref …)".</param>
/// <param name="Kind">"value", "command" or "ref".</param>
/// <param name="Custom">Whether the service is a custom secret.</param>
public sealed record SecretInfo(string Scope, string Service, string Secret, string Kind, bool Custom);

/// <summary>What is stored.</summary>
/// <param name="Secrets">By scope and service.</param>
/// <param name="Environment">Credentials that were found in the environment of clients and are used where nothing is stored.</param>
/// <param name="Store">Where secrets are kept and what protects them; one sentence.</param>
/// <param name="StoreKind">"secret-service", "keychain", "credential-manager" or "file".</param>
public sealed record SecretListing(
    IReadOnlyList<SecretInfo> Secrets, IReadOnlyList<EnvironmentSecretInfo> Environment, string Store, string StoreKind);

/// <summary>A credential found in the host's environment.</summary>
/// <param name="Service">Service.</param>
/// <param name="Variable">Variable it stands in.</param>
/// <param name="Secret">The masked value.</param>
/// <param name="Stored">Whether the store has one, which goes first.</param>
public sealed record EnvironmentSecretInfo(string Service, string Variable, string Secret, bool Stored);

/// <summary>Stores a command or a reference that gives a secret when it is needed.</summary>
public sealed record SecretSourceRequest
{
    /// <summary>Sandbox it is for; null for the global scope.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Service.</summary>
    public required string Service { get; init; }

    /// <summary>Command for the host's shell; exclusive with <see cref="Reference"/>.</summary>
    public string? Command { get; init; }

    /// <summary>Reference such as <c>op://…</c>; exclusive with <see cref="Command"/>.</summary>
    public string? Reference { get; init; }

    /// <summary>How long a fetched value is used; zero fetches it whenever it is needed.</summary>
    public double RefreshSeconds { get; init; }

    /// <summary>Whether it is fetched now, so that a mistake shows at once.</summary>
    public bool Verify { get; init; } = true;
}

/// <summary>A service whose credential sbx can hold.</summary>
public sealed record ServiceInfo
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Hosts its credential goes to, as patterns.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Path it is limited to; null for every path.</summary>
    public string? Path { get; init; }

    /// <summary>"header", "substitute" or "aws-sigv4".</summary>
    public required string Scheme { get; init; }

    /// <summary>Headers that are written, such as <c>authorization: Bearer …</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Variables of the host it is looked for in.</summary>
    public IReadOnlyList<string> HostVariables { get; init; } = [];

    /// <summary>Variables of the guest with their placeholders.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it comes with sbx.</summary>
    public bool BuiltIn { get; init; }
}

/// <summary>All services.</summary>
/// <param name="Services">Built-in ones first.</param>
public sealed record ServiceList(IReadOnlyList<ServiceInfo> Services);

/// <summary>Adds or replaces a service of the user's own.</summary>
public sealed record ServiceRequest
{
    /// <summary>Name; null makes one (custom secrets only).</summary>
    public string? Name { get; init; }

    /// <summary>Hosts its credential goes to, as patterns.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Path it is limited to.</summary>
    public string? Path { get; init; }

    /// <summary>Header to write; null makes a custom secret, whose placeholder is replaced where it stands in headers or query.</summary>
    public string? Header { get; init; }

    /// <summary>Text before the value in the header; null takes <c>Bearer </c> for Authorization and none for others.</summary>
    public string? Prefix { get; init; }

    /// <summary>User name for Basic; null writes the value as it is.</summary>
    public string? BasicUser { get; init; }

    /// <summary>Variable it has on the host and, with the placeholder, in the guest.</summary>
    public string? Variable { get; init; }

    /// <summary>Placeholder of a custom secret; <c>{rand}</c> becomes random characters.</summary>
    public string? Placeholder { get; init; }
}
