import { asTerraform } from '../../../../src/trust/explain/suggest.js';

it('a suggested policy in Terraform is a data source to paste', () => {
  const conditions = [
    { operator: 'StringEquals', key: 'example.com:aud', value: 'sts.amazonaws.com' },
    { operator: 'ForAnyValue:StringLike', key: 'example.com:amr', value: 'authenticated' },
  ] as const;
  const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];
  const principal = 'arn:aws:iam::111122223333:oidc-provider/example.com';
  expect(asTerraform({ principalType: 'Federated', principal, actions, conditions })).toBe(
    `data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:oidc-provider/example.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "example.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "ForAnyValue:StringLike"
      variable = "example.com:amr"
      values   = ["authenticated"]
    }
  }
}`,
  );
});
