using System.Security.Cryptography;
using System.Text;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Images;
using Sbx.Machines;

namespace Sbx.Daemon.Machines;

/// <summary>What a machine boots from: this build's guest and a template.</summary>
/// <param name="Machine">The files.</param>
/// <param name="Template">The template among them.</param>
internal sealed record TemplateMachine(MachineImage Machine, TemplateImage Template);

/// <summary>Finds kernel, guest and template, fetching what is not in the cache.</summary>
internal sealed class MachineImages(ImageStore images)
{
    /// <summary>For a new sandbox.</summary>
    public async Task<TemplateMachine> OfTemplateAsync(string template, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        var lines = progress is null ? null : new ImageLines(progress);
        var root = await images.GetTemplateAsync(template, lines, cancellationToken).ConfigureAwait(false);
        return await WithGuestAsync(root, lines, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For one that exists: its disk is an overlay over the very image it was made on, also after an update brought a newer one.</summary>
    public async Task<TemplateMachine> OfDigestAsync(string template, string digest, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        var lines = progress is null ? null : new ImageLines(progress);
        var root = images.FindTemplate(digest) ?? await images.GetTemplateAsync(template, lines, cancellationToken).ConfigureAwait(false);
        if (root.Digest != digest)
        {
            throw new SbxException(
                ErrorCode.Image, $"the sandbox stands on another version of template '{template}', which is no longer in the cache",
                "install the version of sbx it was made with, or copy out what you need there and create it anew");
        }

        return await WithGuestAsync(root, lines, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TemplateMachine> WithGuestAsync(TemplateImage root, ImageLines? lines, CancellationToken cancellationToken)
    {
        var guest = await images.GetGuestAsync(lines, cancellationToken).ConfigureAwait(false);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{guest.Digest} {root.Digest}")));
        return new TemplateMachine(new MachineImage(guest.KernelPath, guest.InitramfsPath, root.RootImagePath, digest), root);
    }
}
