using System.Security.Cryptography;
using System.Text;
using Sbx.Policies.Documents;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>Where policy files lie.</summary>
internal sealed class PolicyFiles(string configDirectory)
{
    public string User => Path.Combine(configDirectory, "policy.yaml");

    public string SandboxDirectory => Path.Combine(configDirectory, "policies");

    public string Approvals => Path.Combine(configDirectory, "workspace-policies.yaml");

    /// <summary>The copy of an approved workspace policy, out of the guest's reach.</summary>
    public string ApprovedCopy(string hash) => Path.Combine(configDirectory, "approved-policies", hash + ".yaml");

    public string Of(RuleScope scope) => scope.Kind switch
    {
        RuleScopeKind.Global => User,
        RuleScopeKind.Sandbox => Path.Combine(SandboxDirectory, scope.Name + ".yaml"),
        _ => Path.Combine(scope.Name!, ".sbx", "policy.yaml"),
    };

    public PolicyDocument? Read(RuleScope scope)
    {
        var path = Of(scope);
        return PrivateFile.Read(path) is { } text ? PolicyDocumentReader.Read(path, text, scope) : null;
    }

    public void Write(RuleScope scope, PolicyDocument document)
    {
        try
        {
            PrivateFile.Write(Of(scope), PolicyDocumentWriter.Write(document));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException($"{Of(scope)} cannot be written: {e.Message}", "Check the directory's owner, mode and free space.", PolicyErrorKind.Storage, inner: e);
        }
    }

    public IEnumerable<RuleScope> SandboxScopes()
    {
        if (!Directory.Exists(SandboxDirectory))
            return [];
        return Directory.EnumerateFiles(SandboxDirectory, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(RuleScope.IsSandboxName).Select(RuleScope.Sandbox).ToList();
    }

    public void Delete(RuleScope scope)
    {
        if (File.Exists(Of(scope)))
            File.Delete(Of(scope));
    }

    public void DeleteAll()
    {
        foreach (var file in (IEnumerable<string>)[User, Approvals])
        {
            if (File.Exists(file))
                File.Delete(file);
        }

        foreach (var directory in (IEnumerable<string>)[SandboxDirectory, Path.GetDirectoryName(ApprovedCopy("x"))!])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
