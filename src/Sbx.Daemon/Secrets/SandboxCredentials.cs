using Sbx.Daemon.Sandboxes;
using Sbx.Protocol.Messages;
using Sbx.Secrets;
using Sbx.Secrets.Catalog;

namespace Sbx.Daemon.Secrets;

/// <summary>What one sandbox has of the user's secrets: which services it was granted, and the placeholders that stand for them. Thread-safe.</summary>
internal sealed class SandboxCredentials(SecretVault vault)
{
    /// <summary>Services whose global credential a new sandbox is granted: those there are when it is created.</summary>
    public async Task<IReadOnlyList<string>> GrantAsync(string sandbox, CancellationToken cancellationToken)
    {
        try
        {
            var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
            var everything = new SandboxGrants(sandbox, catalog.Services.All.Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
            return [.. catalog.Usable(everything).Where(u => u.Origin != "sandbox").Select(u => u.Service)];
        }
        catch (SecretException)
        {
            // Told at the start of the machine, which tries again.
            return [];
        }
    }

    /// <summary>Deletes the secrets of a sandbox that is removed.</summary>
    /// <exception cref="SecretException">The keychain cannot be reached, so they are still there.</exception>
    public async Task RemoveAsync(string sandbox, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.RemoveSandboxAsync(sandbox, cancellationToken).ConfigureAwait(false);
    }

    public static SandboxGrants GrantsOf(SandboxRecord record) => new(record.Name, record.GrantedServices.ToHashSet(StringComparer.Ordinal));

    /// <summary>Lines for the user about the credentials that a sandbox can use now.</summary>
    public IEnumerable<string> Describe(SandboxRecord record)
    {
        if (vault.Opened is not { } catalog)
            yield break;
        var usable = catalog.Usable(GrantsOf(record));
        var stored = usable.Where(u => u.Origin != "environment").Select(u => u.Service).ToList();
        if (stored.Count > 0)
            yield return $"Using stored credentials for services: {string.Join(", ", stored)}";
        var found = usable.Where(u => u.Origin == "environment").Select(u => u.Service).ToList();
        if (found.Count > 0)
            yield return $"Using credentials from the environment for services: {string.Join(", ", found)}";
    }

    /// <summary>Adds the variables that hold placeholders, except those that the request or the sandbox sets itself.</summary>
    public ExecRequest Complete(ExecRequest request, SandboxRecord record)
    {
        if (vault.Opened is not { } catalog)
            return request;
        var variables = new Dictionary<string, string>(request.Environment, StringComparer.Ordinal);
        foreach (var (name, placeholder) in catalog.GuestVariables(GrantsOf(record)))
        {
            if (!record.Environment.ContainsKey(name))
                variables.TryAdd(name, placeholder);
        }

        return request with { Environment = variables };
    }
}
