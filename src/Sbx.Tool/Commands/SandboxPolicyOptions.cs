using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Commands.Policy;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands;

/// <summary>What a new sandbox may reach: the options of <c>run</c> and <c>create</c>.</summary>
internal sealed class SandboxPolicyOptions
{
    private readonly CommandOption _policy;
    private readonly CommandOption _allow;
    private readonly CommandOption _allowNetwork;
    private readonly CommandOption _deny;
    private readonly CommandOption _denyNetwork;

    public SandboxPolicyOptions(CommandLineApplication app)
    {
        _policy = app.Value("--policy <PRESET|FILE>", "What it may reach: allow-all, balanced, deny-all, or a policy file");
        _allow = app.Values("--allow <HOST>", "Allow it a host; several times or a list");
        _deny = app.Values("--deny <HOST>", "Deny it a host; several times or a list");
        _allowNetwork = app.Values("--allow-network <HOST>", "The same as --allow");
        _denyNetwork = app.Values("--deny-network <HOST>", "The same as --deny");
        _allowNetwork.ShowInHelpText = false;
        _denyNetwork.ShowInHelpText = false;
    }

    /// <summary>An option that was given, as it is spelled; null for none.</summary>
    public string? Given =>
        new[] { _policy, _allow, _allowNetwork, _deny, _denyNetwork }.FirstOrDefault(o => o.HasValue()) is { } option ? "--" + option.LongName : null;

    /// <summary>The request with what was given.</summary>
    /// <exception cref="SbxException">It is neither a preset nor a file that can be read.</exception>
    public async Task<CreateSandboxRequest> ApplyAsync(CreateSandboxRequest request, CliContext context, CancellationToken cancellationToken)
    {
        if (Given is null)
            return request;
        var policy = _policy.Value();
        var preset = policy is not null && Presets.Has(policy) ? policy : null;
        return request with
        {
            PolicyPreset = preset,
            Policy = policy is null || preset is not null ? null : await FileAsync(context, policy, cancellationToken).ConfigureAwait(false),
            AllowNetwork = NetworkWords.Split([.. _allow.Values, .. _allowNetwork.Values]),
            DenyNetwork = NetworkWords.Split([.. _deny.Values, .. _denyNetwork.Values]),
        };
    }

    /// <summary>What is said when they are given for a sandbox that exists.</summary>
    public static SbxException TooLate(string option, string sandbox)
    {
        var command = option switch
        {
            "--policy" => $"sbx policy import FILE --sandbox {sandbox}",
            "--deny" or "--deny-network" => $"sbx policy deny network HOST --sandbox {sandbox}",
            _ => $"sbx policy allow network HOST --sandbox {sandbox}",
        };
        return new SbxException(ErrorCode.Usage, $"{option} counts only when a sandbox is created, and '{sandbox}' exists", $"change what it may reach with: {command}");
    }

    private static async Task<PolicyImportRequest> FileAsync(CliContext context, string file, CancellationToken cancellationToken)
    {
        if (!Path.Exists(Path.Combine(context.Directory, file)))
            throw new SbxException(ErrorCode.NotFound, $"there is no preset and no policy file '{file}'", $"presets: {Presets.Names}");
        return new PolicyImportRequest
        {
            Name = file,
            Text = await PolicyFileText.ReadAsync(context, file, cancellationToken).ConfigureAwait(false),
        };
    }
}
