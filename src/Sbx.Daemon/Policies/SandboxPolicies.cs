using Sbx.Api.Contracts;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;
using Sbx.Policies.Store;

namespace Sbx.Daemon.Policies;

/// <summary>The rules that a sandbox is created with, and their end.</summary>
internal sealed class SandboxPolicies(PolicyStore store)
{
    /// <summary>Writes what was asked for at creation; all of it or nothing.</summary>
    /// <exception cref="Sbx.Policies.PolicyException">Something of it is not valid.</exception>
    public void Provision(string sandbox, CreateSandboxRequest request)
    {
        var scope = RuleScope.Sandbox(sandbox);
        // A new sandbox never inherits from a removed one of the same name.
        store.RemoveSandbox(sandbox);
        try
        {
            if (request.PolicyPreset is { } preset)
                store.Init(PolicyPresets.Parse(preset), scope);
            if (request.Policy is { } policy)
                store.Import(scope, policy.Name, policy.Text, policy.Replace);
            Add(scope, RuleDecision.Deny, request.DenyNetwork);
            Add(scope, RuleDecision.Allow, request.AllowNetwork);
        }
        catch
        {
            store.RemoveSandbox(sandbox);
            throw;
        }
    }

    /// <summary>The preset in force for a sandbox.</summary>
    public string PresetOf(string sandbox) => PolicyPresets.NameOf(store.PresetOf(sandbox));

    /// <summary>Deletes the rules of a sandbox that is removed.</summary>
    public void Remove(string sandbox) => store.RemoveSandbox(sandbox);

    private void Add(RuleScope scope, RuleDecision decision, IReadOnlyList<string> resources)
    {
        if (resources.Count > 0)
            store.Add(scope, new RuleRequest { Decision = decision, Resources = resources, CreatedVia = RuleOrigin.Provisioned });
    }
}
