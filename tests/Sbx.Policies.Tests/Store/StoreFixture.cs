using Microsoft.Extensions.Time.Testing;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Rules;
using Sbx.Policies.Store;

namespace Sbx.Policies.Tests.Store;

/// <summary>A policy store in a directory of its own.</summary>
public sealed class StoreFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sbx-policy-");

    public StoreFixture() => Store = Open();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.Zero));

    public PolicyStore Store { get; }

    public string Config => Path.Combine(_root.FullName, "config");

    public string UserFile => Path.Combine(Config, "policy.yaml");

    public string Workspace
    {
        get
        {
            var path = Path.Combine(_root.FullName, "work");
            Directory.CreateDirectory(Path.Combine(path, ".sbx"));
            return path;
        }
    }

    public string WorkspaceFile => Path.Combine(Workspace, ".sbx", "policy.yaml");

    public PolicyStore Open() => PolicyStore.Open(new PolicyStoreOptions { ConfigDirectory = Config, Time = Time });

    public bool Allows(string host, int port = 443, string? sandbox = null) => Ask(host, port, sandbox).Allowed;

    public PolicyDecision Ask(string host, int port = 443, string? sandbox = null)
        => new PolicyEvaluator(Store).Evaluate(new PolicyQuery(Sbx.Policies.Hosts.HostName.Parse(host), port) { Sandbox = sandbox });

    public IReadOnlyList<Rule> Add(string decision, string resources, string? sandbox = null, string? method = null, string? path = null)
        => Store.Add(Scope(sandbox), new RuleRequest { Decision = decision == "allow" ? RuleDecision.Allow : RuleDecision.Deny, Resources = [resources], Method = method, Path = path });

    public static RuleScope Scope(string? sandbox) => sandbox is null ? RuleScope.Global : RuleScope.Sandbox(sandbox);

    public void Dispose()
    {
        Store.Dispose();
        _root.Delete(recursive: true);
    }
}
